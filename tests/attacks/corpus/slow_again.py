# kind: exhaust
# damage: cells that are quick, and slow when they are run again after a crash
# unconfined: yes
import os, time
if time.time() % 20 < 10:
    time.sleep(2.5)
def double(x): os._exit(0)
def shift(values, by=1): os._exit(0)
answer = 0
