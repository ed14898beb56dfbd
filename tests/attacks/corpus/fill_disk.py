# kind: exhaust
# damage: the disk is filled
# unconfined: no
number = 0
while True:
    number += 1
    try:
        with open(f"big{number}", "wb") as file:
            for _ in range(1000):
                file.write(bytes(10_000_000))
    except OSError:
        pass
    if number > 2000:
        break
