# kind: network
# damage: raw, packet and netlink sockets
# unconfined: yes
import socket
for family, kind in ((socket.AF_INET, socket.SOCK_RAW), (17, socket.SOCK_RAW), (16, socket.SOCK_RAW)):
    try:
        opened = socket.socket(family, kind, 1 if family == socket.AF_INET else 0)
        opened.settimeout(1)
        opened.sendto(b"x" * 64, ("127.0.0.1", 0) if family == socket.AF_INET else (0, 0))
    except (OSError, TypeError, ValueError) as error:
        print(type(error).__name__)
