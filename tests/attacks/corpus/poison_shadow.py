# kind: poison
# damage: a file in the working folder that shadows a library
# unconfined: yes
open("random.py", "w").write("raise SystemExit")
open("numpy.py", "w").write("raise SystemExit")
open("proctor.py", "w").write("raise SystemExit")
double = shift = lambda *a, **k: 0
answer = 0
