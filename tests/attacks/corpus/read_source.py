# kind: read
# damage: hidden tests and solutions are read from the instructor's folder
# unconfined: yes
import glob
for depth in range(1, 7):
    for path in glob.glob("../" * depth + "source/**/*.ipynb", recursive=True):
        print(open(path).read())
