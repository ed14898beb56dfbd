# kind: outlive
# damage: the grader's process is killed by its number
# unconfined: no
import os, signal
try:
    os.kill(GRADER, signal.SIGKILL)
except OSError as error:
    print(type(error).__name__)
