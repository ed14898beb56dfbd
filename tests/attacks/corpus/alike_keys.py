# kind: exhaust
# damage: a dict whose keys take hours to compare
# unconfined: yes
try:
    import proctor.student.responder as desk, proctor.bridge.codec as wire
    keys = ",".join(f'["i","{key * (2**61 - 1):x}"]' for key in range(1, 500_000))
    desk.look = lambda namespace, names, limit: wire.dumps({name: ["data", f'["s",[{keys}]]'] for name in names})
except ImportError:
    double = shift = lambda *a, **k: 0
