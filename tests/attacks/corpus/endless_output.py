# kind: exhaust
# damage: output without end
# unconfined: no
while True:
    print("x" * 100_000)
