# kind: exhaust
# damage: an answer of half a million classes that the grader would have to know
# unconfined: yes
try:
    import proctor.student.responder as responder, proctor.bridge.codec as codec
    many = ",".join('["r",%d,{"kind":"class","name":"C%d"}]' % (number, number) for number in range(1, 300_000))
    responder.look = lambda namespace, names, limit: codec.dumps({name: ["data", '["l",[%s]]' % many] for name in names})
except ImportError:
    double = shift = lambda *a, **k: 0
