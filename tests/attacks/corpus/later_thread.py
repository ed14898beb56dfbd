# kind: forge
# damage: a thread that changes what was answered after it was looked at
# unconfined: yes
import threading, time
answer = 0
def double(x): return 0
def later():
    while True:
        time.sleep(0.01)
        globals()["answer"] = 0
threading.Thread(target=later, daemon=True).start()
shift = double
