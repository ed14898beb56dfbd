"""The cases of one draw, the right results on them, and those of an answer."""

import functools
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from phase6.checks._base import cache_token

if TYPE_CHECKING:
    from answer_key.exercise import Answer, Case, Exercise, Fields


class Draw:
    """The cases of one draw and, as far as they were needed, their right results."""

    def __init__(self, exercise: "Exercise", seed: int) -> None:
        self.exercise, self.seed, self.cases = exercise, seed, exercise.cases(np.random.default_rng(seed))
        self.right_results: dict[int, tuple[Case, Fields]] = {}
        self.token: object = None
        self.cached: dict[int, tuple[Case, Fields]] = {}
        self.final: dict[int, tuple[Case, Fields]] = {}
        """All results of the answer for which this draw is closed."""
        self.mended: tuple[object, dict[str, tuple[str, str]]] | None = None
        """An answer of which changes were tried, and by part which one makes it right."""

    def answered(self, answer: "Answer", cases: "Sequence[Case]") -> "list[tuple[Case, Fields]]":
        """Results of an answer on cases of this draw. The first case is always called anew.

        An answer may have a ``cache_token``: all answers with the same one return the same for the
        same call. Their results on the other cases are cached, then; on all cases once the draw is
        closed for them.
        """
        if closed(self.exercise.name, answer) is self:
            return [self.final[id(case)] for case in cases]
        token = cache_token(answer)
        if token is None:
            return self.exercise.results(answer, cases)
        if token is not self.token:
            self.token, self.cached = token, {}
        return self.exercise.results(answer, cases[:1]) + self._once(self.cached, answer, cases[1:])

    def right(self, part: str | None) -> "list[tuple[Case, Fields]]":
        """The reference's results on the cases of a part."""
        return self._once(self.right_results, self.exercise.reference, [case for case in self.cases if case.is_for(part)])

    def close(self, answer: "Answer", got: "Sequence[tuple[Case, Fields]]") -> None:
        """Answers with the token of this one are examined on this draw only, and asked no more.

        ``got`` are its results on all cases. An answer without a ``cache_token`` is not affected:
        it runs in the examiner's own process, where nothing could be kept from it.
        """
        token = cache_token(answer)
        if token is not None:
            self.final = {id(case): (case, fields) for case, fields in got}
            _closed[self.exercise.name] = token, self

    def _once(
        self, known: "dict[int, tuple[Case, Fields]]", function: "Answer", cases: "Iterable[Case]"
    ) -> "list[tuple[Case, Fields]]":
        """Results of a function on cases of this draw; known ones are not computed again."""
        for case in cases:
            if id(case) not in known:
                known[id(case)] = self.exercise.results(function, [case])[0]
        return [known[id(case)] for case in cases]


_closed: dict[str, tuple[object, Draw]] = {}
"""By exercise, the latest answer's token for which a draw is closed, and the draw."""


def closed(name: str, answer: object) -> Draw | None:
    """The draw that is closed for an answer to an exercise; None where there is none."""
    token, draw = _closed.get(name, (None, None))
    return draw if token is not None and token is cache_token(answer) else None


@functools.lru_cache(maxsize=16)
def drawn(exercise: "Exercise", seed: int) -> Draw:
    """The cases of an exercise and seed, drawn once.

    The tests of an exercise's parts follow one another with the same seed.
    """
    return Draw(exercise, seed)
