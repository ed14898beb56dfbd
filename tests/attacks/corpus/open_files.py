# kind: exhaust
# damage: files are opened without end
# unconfined: yes
held = []
while True:
    try:
        held.append(open("f", "w"))
    except OSError as error:
        print(type(error).__name__)
        break
