# kind: exhaust
# damage: short texts that stand for values of many gigabytes, or of endless length
# unconfined: yes
try:
    import proctor.student.responder as desk, proctor.bridge.codec as wire
    grown = ['["R",0,1000000000000,1,null]', '["S",1,["R",0,3000000000,1,null],null]', '["a","<f8",[1000000000000000,0],""]',
             '["o",[300000],[%s],"U"]' % ",".join(['"' + "x" * 50_000 + '"'] + ['""'] * 299_999)]
    desk.ask = lambda *a, **k: wire.dumps({"value": grown[len(a) % 4]})
    desk.look = lambda namespace, names, limit: wire.dumps({name: ["data", grown[len(name) % 4]] for name in names})
except ImportError:
    double = shift = lambda *a, **k: 0
