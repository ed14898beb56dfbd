# kind: exhaust
# damage: all memory is filled
# unconfined: no
held = []
while True:
    held.append(bytearray(50_000_000))
