# kind: read
# damage: the course folder is read by its full path
# unconfined: yes
import os
for folder, _, files in os.walk(COURSE):
    for name in files:
        try:
            print(open(os.path.join(folder, name), "rb").read().decode("latin-1"))
        except OSError as error:
            print(type(error).__name__)
