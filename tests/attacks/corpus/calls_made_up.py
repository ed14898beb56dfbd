# kind: forge
# damage: the responder calls functions of tests that were never passed to it, instead of answering
# unconfined: yes
try:
    import proctor.student.responder as responder
    import proctor.bridge.codec as codec
    responder.ask = lambda *a, **k: codec.dumps({"call": 0, "with": codec.dumps([["import os; os._exit(0)"], {}])})
    responder.look = lambda namespace, names, limit: codec.dumps({name: ["data", '["r","call",0]'] for name in names})
except ImportError:
    double = shift = lambda *a, **k: 0
