# kind: network
# damage: a UDP packet to this machine
# unconfined: yes
import socket
try:
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"CANARY-udp", ("127.0.0.1", UDP))
except OSError as error:
    print(type(error).__name__)
