# kind: outlive
# damage: the parent is stopped by ptrace
# unconfined: no
import ctypes, os
print(ctypes.CDLL(None, use_errno=True).ptrace(16, os.getppid(), 0, 0), ctypes.get_errno())
