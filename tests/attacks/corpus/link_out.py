# kind: write
# damage: links out of the scratch folder, in place of files that the grader may write
# unconfined: no
import os
for name in ("data.csv", "toys.ipynb", "c.json", "../toys.ipynb", "../c.json"):
    for target in (os.path.join(COURSE, "gradebook.db"), "/etc/passwd"):
        try:
            if os.path.lexists(name): os.remove(name)
            os.symlink(target, name)
        except OSError as error:
            print(type(error).__name__)
try:
    os.link(os.path.join(COURSE, "gradebook.db"), "mine.db")
    open("mine.db", "ab").write(b"canary")
except OSError as error:
    print(type(error).__name__)
