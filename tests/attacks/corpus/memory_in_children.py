# kind: exhaust
# damage: all memory is filled by many processes
# unconfined: no
import os, time
for _ in range(20):
    if os.fork() == 0:
        held = [bytearray(os.urandom(1) * 400_000_000) for _ in range(2)]
        time.sleep(20)
        os._exit(0)
time.sleep(20)
