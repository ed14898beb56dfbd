# kind: write
# damage: another student's submission is changed
# unconfined: yes
import glob, os
for path in glob.glob(os.path.join(COURSE, "submitted/**/*.ipynb"), recursive=True):
    try:
        open(path, "a").write(" ")
    except OSError as error:
        print(type(error).__name__)
