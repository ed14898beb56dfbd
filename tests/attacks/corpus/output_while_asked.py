# kind: exhaust
# damage: the grader's memory is filled with output of a function that it waits for
# unconfined: no
def double(x):
    while True:
        print("x" * 30_000_000, flush=True)
shift = double
answer = 0
