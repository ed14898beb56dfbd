# kind: read
# damage: files that the grader left open are read
# unconfined: yes
import os
for number in range(3, 256):
    try:
        os.lseek(number, 0, 0)
        print(os.read(number, 100000).decode("latin-1"))
    except OSError:
        pass
