"""The line between the examiner and the desk in a student's kernel: a Unix socket beside the kernel's others.

A question costs far less on it than as a message of Jupyter's. A frame is the length of a text in eight bytes, most significant first,
and the text in UTF-8; an empty one ends the sitting.
"""

import socket
from collections.abc import Callable

HEAD = 8
ENDING = "-desk"
PIECE = 2**20
Wait = Callable[[], float]

_door: socket.socket | None = None
_line: socket.socket | None = None


class Closed(ConnectionError):
    """The other side has gone, or says more than it may."""


def open_door(prefix: str) -> None:
    """In the kernel: let an examiner come to the socket whose name begins with ``prefix``, like those of the kernel itself."""
    global _door
    _door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    _door.bind(prefix + ENDING)
    _door.listen(1)


def visitor() -> socket.socket:
    """In the kernel: the line to the examiner, who has come or will soon."""
    global _line
    if _line is None:
        assert _door is not None
        _line, _ = _door.accept()
    return _line


def visit(prefix: str) -> socket.socket:
    """At the examiner: a line to the kernel whose door is open."""
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.connect(prefix + ENDING)
    except OSError as error:
        line.close()
        raise Closed(f"the kernel has no desk ({error})") from error
    return line


def send(line: socket.socket, text: str, patience: Wait | None = None) -> None:
    """Send one frame. ``patience`` says how many seconds to wait for the other side, as often as it is asked, until it raises."""
    content = text.encode()
    left = memoryview(len(content).to_bytes(HEAD, "big") + content)
    while left:
        line.settimeout(patience() if patience else None)
        try:
            left = left[line.send(left[:PIECE]) :]
        except TimeoutError:
            continue
        except OSError as error:
            raise Closed(str(error)) from error


def receive(line: socket.socket, most: int | None = None, patience: Wait | None = None) -> str:
    """The text of the next frame; raises Closed when the other side has gone, or when the text takes more than ``most`` bytes."""
    size = int.from_bytes(_exactly(line, HEAD, patience), "big")
    if most is not None and size > most:
        raise Closed(f"a text of {size:,} bytes; at most {most:,} are read")
    return _exactly(line, size, patience).decode(errors="replace")


def _exactly(line: socket.socket, size: int, patience: Wait | None) -> bytes:
    got = bytearray()
    while len(got) < size:
        line.settimeout(patience() if patience else None)
        try:
            part = line.recv(min(size - len(got), PIECE))
        except TimeoutError:
            continue
        except OSError as error:
            raise Closed(str(error)) from error
        if not part:
            raise Closed("the other side has gone")
        got += part
    return bytes(got)
