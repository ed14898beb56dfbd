# kind: poison
# damage: half a surrogate pair, which no file can hold, in output, answer and error
# unconfined: yes
import json
kernel = get_ipython().kernel
half = "\ud800"
print(half)
kernel.session.pack = lambda content: json.dumps(content, default=str).encode()
print(half)
def double(x): raise ValueError(half)
def shift(values, by=1): return [half]
answer = half
