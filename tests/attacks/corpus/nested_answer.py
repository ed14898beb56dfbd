# kind: exhaust
# damage: an answer nested without end
# unconfined: yes
answer = []
answer.append(answer)
def double(x):
    nested = []
    for _ in range(100_000): nested = [nested]
    return nested
shift = lambda values, by=1: answer
