# kind: forge
# damage: the desk answers with text that is no data
# unconfined: yes
try:
    import proctor.student.responder as desk
    desk.ask = lambda *a, **k: '["a", "O", [1], "gASV"]' * 3
    desk.look = lambda *a, **k: "[" * 100000
except ImportError:
    double = shift = lambda *a, **k: 0
