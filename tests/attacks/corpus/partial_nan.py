# kind: forge
# damage: values that are read as partial credit
# unconfined: yes
answer = float("nan")
def double(x):
    print("3.0")
    return float("nan")
shift = double
