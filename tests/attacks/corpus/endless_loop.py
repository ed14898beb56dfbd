# kind: exhaust
# damage: a loop that swallows interrupts
# unconfined: yes
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
