# kind: network
# damage: a connection to a Unix socket outside
# unconfined: yes
import socket
try:
    line = socket.socket(socket.AF_UNIX)
    line.connect(UNIX)
    line.send(b"CANARY-unix")
except OSError as error:
    print(type(error).__name__)
