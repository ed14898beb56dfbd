# kind: forge
# damage: an object that claims to be a float, with a hostile float()
# unconfined: yes
class Liar:
    __class__ = property(lambda self: float)
    def __float__(self): raise SystemExit(0)
    def __eq__(self, other): return True

double = shift = lambda *a, **k: Liar()
answer = Liar()
