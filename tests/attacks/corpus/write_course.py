# kind: write
# damage: a file is left in the course folder
# unconfined: yes
import os
for depth in range(1, 4):
    for name in ("source", "submitted", "."):
        try:
            open("../" * depth + name + "/canary-write", "w").write("x")
        except OSError:
            pass
try:
    open(os.path.join(COURSE, "canary-full"), "w").write("x")
except OSError as error:
    print(type(error).__name__)
