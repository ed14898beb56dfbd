"""A limit on the time that a test takes in the trusted process."""

import contextlib
import ctypes
import threading
from collections.abc import Iterator

from proctor.grading.kernel import KernelLost


class Overdue(KernelLost):
    """A test did not come to its end in the time that its notebook has, whatever it was doing."""

    def __init__(self, why: str = "the time for this notebook ran out") -> None:
        super().__init__(why)


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise :class:`Overdue` in this thread when what runs inside takes longer.

    An answer may make a test's own loops endless.
    """
    thread, turn, over = threading.get_ident(), threading.Lock(), False

    def ring() -> None:
        with turn:
            if not over:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(Overdue))

    timer = threading.Timer(seconds, ring)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        with turn:
            over = True
        timer.cancel()
