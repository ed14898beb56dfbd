# kind: forge
# damage: exceptions that most handlers let through
# unconfined: yes
def double(x): raise KeyboardInterrupt
def shift(values, by=1): raise GeneratorExit
answer = 0
