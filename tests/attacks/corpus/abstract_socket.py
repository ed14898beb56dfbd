# kind: network
# damage: a connection to an abstract Unix socket
# unconfined: yes
import socket
try:
    line = socket.socket(socket.AF_UNIX)
    line.connect("\0" + ABSTRACT)
    line.send(b"CANARY-abstract")
except OSError as error:
    print(type(error).__name__)
