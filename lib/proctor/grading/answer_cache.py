"""Answers of the student's functions, kept from one test to the next."""

from typing import Any

ROOM = 64 * 2**20
"""Characters of questions and answers that are kept of one notebook."""


class AnswerCache:
    """What the student's functions have answered since a cell was last run.

    Tests of one exercise ask many questions alike. A proxy takes an answer from here once. When a
    test asks the same again, to see whether the function keeps something between calls, it is the
    function that is asked.
    """

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str], dict[str, object]] = {}
        self._room = ROOM
        self._tokens: dict[str, object] = {}

    def token(self, name: str) -> object:
        """What stays the same for as long as a function's answers are known."""
        return self._tokens.setdefault(name, object())

    def find(self, name: str, question: str) -> dict[str, Any] | None:
        """The answer of a function to a question, if it is known."""
        return self._answers.get((name, question))

    def keep(self, name: str, question: str, said: dict[str, object]) -> None:
        """Remember an answer, as far as there is room."""
        size = len(question) + sum(len(text) for text in said.values() if isinstance(text, str))
        if size <= self._room:
            self._room -= size
            self._answers.setdefault((name, question), said)

    def forget(self) -> None:
        """Forget everything, because a cell was run that may change what functions say."""
        self._answers.clear()
        self._tokens.clear()
        self._room = ROOM
