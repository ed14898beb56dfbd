# kind: outlive
# damage: a process that goes on after the kernel has ended
# unconfined: no
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        end = time.time() + 40
        while time.time() < end:
            try:
                open(COURSE + "/canary-orphan", "w").write("x")
            except OSError:
                pass
            open("alive", "w").write(str(time.time()))
            time.sleep(0.2)
    os._exit(0)
