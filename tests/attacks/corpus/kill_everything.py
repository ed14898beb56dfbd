# kind: outlive
# damage: every process that may be signalled is killed
# unconfined: no
import os, signal
for pid in (os.getppid(), 1, -1):
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError as error:
        print(type(error).__name__)
