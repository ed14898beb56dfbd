# kind: exhaust
# damage: a sleep without end in the tested function
# unconfined: yes
import time
def double(x): time.sleep(10**6)
shift = double
answer = 0
