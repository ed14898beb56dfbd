"""Lists, dicts, sets and arrays that a student's code keeps and a test holds, too.

Each side has its own, and tells the other what becomes of it, so that they seem to be one: a test
can see whether an object gives out its own list or a copy.
"""

import sys
from collections.abc import Callable, Sequence
from typing import Any

from proctor.bridge.held import become, contents
from proctor.bridge.limits import LENT, LONGEST_LENT, NotPlain
from proctor.student import sharing

Write = Callable[[object], str]


class Lent:
    """What both sides hold, by number; a number is never used twice.

    That of a value of a student's class is the negative of the number of the object.
    """

    def __init__(self) -> None:
        self._held: dict[int, tuple[Any, str]] = {}
        self._count = 0

    def take(self, live: dict[str, str | None], load: Callable[[str], Any], write: Write) -> None:
        """Forget what the test no longer holds, and make what it changed the same here."""
        self._held = {number: held for number, held in self._held.items() if str(number) in live}
        for number, (value, _) in list(self._held.items()):
            text = live[str(number)]
            if text is not None:
                become(value, load(text))
                self._held[number] = value, write(contents(value))

    def in_place_of(self, given: Sequence[int | None], args: tuple[object, ...]) -> tuple[object, ...]:
        """Arguments, where those that are held here stand for their copies."""
        held = [self._held.get(number) if number is not None else None for number in given]
        return tuple(arg if known is None else known[0] for known, arg in zip(held, args, strict=True))

    def follow(self, number: int, value: object, write: Write) -> None:
        """Tell from now on what becomes of the content of a student's object."""
        if -number not in self._held:
            self._held[-number] = value, ""  # so that one which holds itself comes to an end
            self._held[-number] = value, write(contents(value))

    def number(self, value: object, write: Write) -> int | None:
        """The number of a value that is held from now on; None for one that cannot be."""
        if type(value) not in LENT:
            return None
        for number, (held, _) in self._held.items():
            if held is value:
                return number
        try:
            text = write(value)
        except NotPlain:
            return None
        if len(text) > LONGEST_LENT:
            return None
        self._count += 1
        self._held[self._count] = value, text
        return self._count

    def kept(self, args: tuple[object, ...], write: Write, known: int = 0) -> list[int | None]:
        """Numbers of those arguments that the student's code has kept.

        ``known`` is how many references to each there are beside, from here.
        """
        alone: tuple[list[object]] = ([],)
        most = sys.getrefcount(alone[0]) + known
        return [self.number(args[place], write) if sys.getrefcount(args[place]) > most else None for place in range(len(args))]

    def within(self, value: object, write: Write, known: int = 0) -> list[list[Any]]:
        """Paths and numbers of what is in a value and the student's code keeps."""
        found = [[path, self.number(part, write)] for part, path in sharing.kept_within(value, known)]
        return [each for each in found if each[1] is not None]

    def changes(self, write: Write) -> dict[str, str]:
        """What changed since the test was told, by number."""
        changed = {}
        for number, (value, before) in list(self._held.items()):
            text = write(contents(value))
            if text != before:
                self._held[number] = value, text
                changed[str(number)] = text
        return changed

