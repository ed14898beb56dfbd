# kind: read
# damage: the grader's environment variables are read
# unconfined: yes
import os
print(dict(os.environ))
for pid in ["self", str(os.getppid()), "1"]:
    for name in ("environ", "cmdline"):
        try:
            print(open(f"/proc/{pid}/{name}", "rb").read())
        except OSError as error:
            print(type(error).__name__)
