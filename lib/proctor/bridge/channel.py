"""The channel between the grader and the responder in a student's kernel.

A Unix socket beside the kernel's others. A question costs far less on it than as a message of
Jupyter's. A frame is the length of a text in eight bytes, most significant first, and the text in
UTF-8; an empty one tells the responder to stop.
"""

import os
import socket
import tempfile
from collections.abc import Callable

HEAD = 8
ENDING = "-responder"
PIECE = 2**20
Wait = Callable[[], float]
LONGEST_FOLDER = 40
"""Bytes of a path to temporary files."""

_listener: socket.socket | None = None
_connection: socket.socket | None = None


class Closed(ConnectionError):
    """The other side has gone, or says more than it may."""


def folder_for_sockets() -> str:
    """A temporary folder whose path leaves room for the name of a Unix socket.

    The address of such a socket has 108 bytes at most.
    """
    preferred = tempfile.gettempdir()
    return "/tmp" if len(os.fsencode(preferred)) > LONGEST_FOLDER and os.access("/tmp", os.W_OK) else preferred


def listen(prefix: str) -> None:
    """In the kernel: listen on the socket whose name begins with ``prefix``.

    The kernel's own sockets have such names.
    """
    global _listener
    _listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    _listener.bind(prefix + ENDING)
    _listener.listen(1)


def accepted() -> socket.socket:
    """In the kernel: the connection to the grader, once it has connected."""
    global _connection
    if _connection is None:
        if _listener is None:
            raise RuntimeError("nothing listens: listen() comes before accepted()")
        _connection, _ = _listener.accept()
    return _connection


def connect(prefix: str) -> socket.socket:
    """In the grader: a connection to the kernel that listens; raises Closed when none does."""
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.connect(prefix + ENDING)
    except OSError as error:
        line.close()
        raise Closed(f"the kernel does not listen ({error})") from error
    return line


def send(line: socket.socket, text: str, patience: Wait | None = None) -> None:
    """Send one frame.

    ``patience`` says how many seconds to wait for the other side, as often as it is asked, until it
    raises.
    """
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
    """The text of the next frame.

    Raises Closed when the other side has gone, or when the text takes more than ``most`` bytes.
    """
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
