# kind: network
# damage: a TCP connection to this machine
# unconfined: yes
import socket
try:
    socket.create_connection(("127.0.0.1", TCP), 2).send(b"CANARY-tcp")
except OSError as error:
    print(type(error).__name__)
