"""How far a run is: a bar on a terminal, now and then a plain line elsewhere."""

import sys
import time
from collections.abc import Callable
from typing import TextIO

from tqdm import tqdm

EVERY = 5.0
"""Seconds between two lines where there is no terminal."""


class Progress:
    """Done, failed, rate and time left of a run; a context manager."""

    def __init__(
        self, total: int, skipped: int = 0, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.total, self.skipped, self.stream, self.clock = total, skipped, stream or sys.stderr, clock
        self.done = self.failed = 0
        self._bar: tqdm | None = None

    def __enter__(self) -> "Progress":
        self.began = self.last = self.clock()
        already = f", {self.skipped} already graded and unchanged" if self.skipped else ""
        print(f"{self.total} to grade{already}", file=self.stream, flush=True)
        if self.total and self.stream.isatty():
            self._bar = tqdm(total=self.total, file=self.stream, unit="student", dynamic_ncols=True)
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def line(self) -> str:
        """The state of things in one line."""
        spent = max(self.clock() - self.began, 1e-9)
        rate = self.done / spent
        left = (self.total - self.done) / rate if rate else 0.0
        failed = f", {self.failed} failed" if self.failed else ""
        return f"{self.done} of {self.total} graded{failed}, {60 * rate:.0f} a minute, {left:.0f} s left"

    def say(self, text: str) -> None:
        """Print a line beside the bar."""
        if self._bar is not None:
            self._bar.write(text, file=self.stream)
        else:
            print(text, file=self.stream, flush=True)

    def step(self, student: str, *, failed: bool = False) -> None:
        """One more is done."""
        self.done += 1
        self.failed += failed
        if self._bar is not None:
            self._bar.set_postfix_str(f"{self.failed} failed" if self.failed else "", refresh=False)
            self._bar.update()
        elif self.done == self.total or self.clock() - self.last > EVERY or failed:
            self.last = self.clock()
            print(self.line() + (f" ({student} failed)" if failed else ""), file=self.stream, flush=True)
