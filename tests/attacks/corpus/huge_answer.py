# kind: exhaust
# damage: an answer of a gigabyte
# unconfined: no
def double(x): return "x" * 1_000_000_000
def shift(values, by=1): return list(range(10**8))
answer = 0
