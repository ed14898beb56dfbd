# kind: exhaust
# damage: the stack overflows
# unconfined: yes
import sys
sys.setrecursionlimit(10**9)
def double(x): return double(x)
shift = double
answer = 0
double(1)
