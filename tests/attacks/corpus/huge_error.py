# kind: exhaust
# damage: an error whose text has fifty megabytes
# unconfined: no
def double(x): raise ValueError("x" * 50_000_000)
raise ValueError("x" * 50_000_000)
