# kind: poison
# damage: names of errors, parameters and types that are no names
# unconfined: yes
Odd = type("<script>CANARY</script>\n\x1b[2J", (Exception,), {})
def double(x): raise Odd("\x1b[2J\x00<b>" * 20)
class Shift:
    __signature__ = None
    def __call__(self, *a, **k): raise type("StopIteration\0", (Exception,), {})
shift = Shift()
answer = Odd
