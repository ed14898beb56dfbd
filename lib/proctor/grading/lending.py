"""Lists, dicts, sets and arrays of a test that the student's code keeps, too.

They are the same on both sides for as long as the test holds them, until the end of its cell
(:mod:`proctor.student.lent` is the other side).
"""

import copy
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from proctor.bridge.held import contents
from proctor.bridge.limits import LENT
from proctor.grading import sharing

MOST = 32
"""Plain values that are followed at once; the oldest are given up."""
MOST_OF_CLASSES = 500
"""Values of a student's classes that are followed at once; more of them are not."""


def _references(held: list[Any]) -> int:
    """How many references there are to a value that is lent, as counted here."""
    value = held[0]
    return sys.getrefcount(value)


_ALONE = _references([[]])


class Lending:
    """What both sides hold, by the number that the kernel gave it.

    That of a value of a student's class is the negative of the number of the object.
    """

    def __init__(self, write: Callable[[object], str]) -> None:
        self._write = write
        self._lent: dict[int, list[Any]] = {}

    def live(self) -> dict[str, str | None]:
        """Numbers of what the test still holds or has changed, with its text where it has."""
        found: dict[str, str | None] = {}
        for number, held in list(self._lent.items()):
            before, held[1] = held[1], self._text(held[0])
            if held[1] != before:
                found[str(number)] = held[1]
            elif _references(held) > _ALONE:
                found[str(number)] = None
            else:
                del self._lent[number]
        return found

    def numbers(self, args: tuple[object, ...]) -> list[int | None]:
        """For each argument its number, where it has one."""
        known = {id(held[0]): number for number, held in self._lent.items()}
        return [known.get(id(arg)) for arg in args]

    def lend(self, number: object, value: Any) -> Any:
        """The test's own value of that number; the one given, where it is new."""
        if type(number) is not int or number < 1 or type(value) not in LENT:
            return value
        if number in self._lent and type(self._lent[number][0]) is type(value):
            return self._lent[number][0]
        self._lent[number] = [value, self._text(value)]
        plain = [known for known in self._lent if known > 0]
        for oldest in plain[: max(len(plain) - MOST, 0)]:
            del self._lent[oldest]
        return value

    def of_class(self, number: int) -> Any:
        """The test's value of a student's class, by its object's number; None where it is new."""
        return self._lent[-number][0] if -number in self._lent else None

    def follow(self, number: int, value: Any) -> None:
        """Follow a value of a student's class, as the kernel has it now."""
        if -number in self._lent or len(self._lent) < MOST_OF_CLASSES:
            self._lent[-number] = [value, self._text(value)]

    def lend_within(self, value: Any, said: object) -> Any:
        """A value with the test's own values in it, of which ``said`` has paths and numbers.

        They are followed from now on where there is room.
        """
        for path, number in sharing.pairs(said):
            for mine in sharing.found([[path, path]], value):
                if number in self._lent or len(self._lent) < MOST:
                    value = sharing.restored(value, [replace(mine, found=self.lend(number, mine.found))])
        return value

    def take_over(self, became: object, read: Callable[[str], Any], become: Callable[[Any, Any], None]) -> list[tuple[Any, Any]]:
        """Make the test's values what the student's code made of theirs.

        Returns them with what they were before.
        """
        changed = []
        for number, held in list(self._lent.items()):
            text = became.get(str(number)) if isinstance(became, dict) else None
            if isinstance(text, str):
                if number > 0:
                    changed.append((held[0], copy.copy(held[0])))
                become(held[0], read(text))
                held[1] = self._text(held[0])
        return changed

    def forget(self) -> None:
        """Follow only values of a student's classes any longer, which tests may keep."""
        self._lent = {number: held for number, held in self._lent.items() if number < 0}

    def forget_all(self) -> None:
        """Follow none of them any longer."""
        self._lent.clear()

    def _text(self, value: object) -> str:
        try:
            return self._write(contents(value))
        except TypeError:
            return ""
