"""Names a slip by the one place of the student's own function that, changed, makes it right.

The changes are those of :mod:`answer_key.own_code`. A changed function runs where the student's
own does, in a process that ends with it; only its results come here, and the exercise decides
whether they are right. The hint is therefore true of the student's code: with this one change
it gives what the prompt asks for, on every case of two draws.
"""

import contextlib
import inspect
import time
import types
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from phase6.checks._base import need_plain

from answer_key import own_code

if TYPE_CHECKING:
    from answer_key.exercise import Answer, Case, Exercise, Fields

    Results = Sequence[tuple[Case, Fields]]
Call = tuple[list[Any], dict[str, Any]]

SECONDS = 2.0
"""For how long changes of one answer are tried at most."""
MOST_TRIED = 400
"""Changes of one answer that are tried at most, the likeliest first."""
AT_ONCE = 200
"""Changes that one process tries."""
ONE_PLACE = "one place: "
"""What the names of these ideas begin with."""
PLAIN = (own_code.COMPARISON, own_code.TOO_MUCH, own_code.ORDER)
"""Kinds of changes for exercises that are judged by properties.

These leave so much freedom that other arithmetic may have the properties by chance.
"""


def results(
    function: Callable[..., Any], name: str, texts: Sequence[str], calls: Sequence[Call], seconds: float
) -> tuple[float, list[Any]]:
    """Processor time, and the results of changed versions of a function, each defined by a text.

    Each text is run with the globals of ``function`` and gives a list of results, one for each
    call; None where it fails, takes longer than a quarter of a second for a call, or gives more
    than 2 MB. The list is shorter when ``seconds`` are over. All run in a child process with 512 MB
    more of memory. This needs nothing but its own source, so it can be sent elsewhere as text.
    """
    import contextlib
    import copy
    import inspect
    import io
    import itertools
    import multiprocessing
    import os
    import pathlib
    import pickle
    import resource
    import signal
    import sys
    import time
    import warnings

    def late(*_: object) -> None:
        raise TimeoutError

    def limit() -> None:
        with contextlib.suppress(OSError, ValueError):  # where memory cannot be limited so
            room = int(pathlib.Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() + 2**29
            resource.setrlimit(resource.RLIMIT_AS, (room, resource.getrlimit(resource.RLIMIT_AS)[1]))
        warnings.simplefilter("ignore")
        signal.signal(signal.SIGPROF, late)
        sys.stdout = sys.stderr = io.StringIO()

    def tried(text: str) -> Any:
        known = {key: each for key, each in inspect.unwrap(function).__globals__.items() if key != name}
        given = []
        try:
            exec(compile(text, "<changed>", "exec"), known)
            for call in calls:
                args, kwargs = copy.deepcopy(call)
                signal.setitimer(signal.ITIMER_PROF, 0.25, 0.25)
                given.append(known[name](*args, **kwargs))
            return given
        except BaseException:
            return None
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    def sent(value: Any) -> bytes:
        said = b""
        with contextlib.suppress(Exception):  # what cannot be written is no plain data
            said = pickle.dumps((time.process_time(), value))
        return said if 0 < len(said) <= 2_000_000 else pickle.dumps((time.process_time(), None))

    if not hasattr(os, "fork"):
        return 0.0, []
    reader, writer = multiprocessing.Pipe(duplex=False)
    end = time.monotonic() + 4 * seconds
    child = os.fork()
    if child == 0:
        try:
            limit()
            for text in itertools.takewhile(lambda _: time.process_time() <= seconds, texts):
                writer.send_bytes(sent(tried(text)))
        finally:
            os._exit(0)
    writer.close()
    used = 0.0
    found: list[Any] = []
    with contextlib.suppress(Exception):  # the process ended before all were tried, or said what cannot be read
        while len(found) < len(texts) and reader.poll(max(0.0, end - time.monotonic())):
            used, value = pickle.loads(reader.recv_bytes(4_000_000))
            found.append(value)
    reader.close()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return used, found


def examiner(answer: object) -> "Answer | None":
    """The ``examined_by`` of a function proxy; None for a plain function.

    It is looked up in the type and nowhere else: attributes of the proxy, and what a metaclass
    returns, may be the student's. Raises TypeError for what is neither a function nor a proxy.
    """
    known: Answer | None = inspect.getattr_static(type(answer), "examined_by", None)
    if known is None and type(answer) is not types.FunctionType:
        raise TypeError(f"{type(answer).__name__} is no function, and stands for none that can be examined")
    return known


class _Answer:
    """A student's function and the same function changed, wherever it runs."""

    def __init__(self, exercise: "Exercise", answer: "Answer") -> None:
        self.exercise, self.answer = exercise, answer
        self.began, self.elsewhere, self.latest = time.process_time(), 0.0, time.monotonic() + 4 * SECONDS
        self.there = examiner(answer)

    @property
    def left(self) -> float:
        """Seconds of processor time that are left, here and where the changed functions run."""
        return min(SECONDS - (time.process_time() - self.began) - self.elsewhere, self.latest - time.monotonic())

    def given(self, texts: Sequence[str], cases: "Sequence[Case]") -> "list[Results | None]":
        """Fields of changed functions on cases; None for those that fail or were not tried."""
        calls = [(list(case.args), dict(case.kwargs)) for case in cases]
        more = (self.exercise.name, list(texts), calls, max(self.left, 0.1))
        values: list[Any] = []
        with contextlib.suppress(Exception):  # a student's process may say anything, or end
            used, values = self.there(self.answer, results, *more) if self.there else results(self.answer, *more)
            self.elsewhere += max(float(used), 0.0)
        found = [self._read(value, cases) for value in values[: len(texts)]]
        return [*found, *[None] * (len(texts) - len(found))]

    def _read(self, values: Iterable[object], cases: "Sequence[Case]") -> "Results | None":
        try:
            plain = [need_plain(self.exercise.name, value) for value in values]
            return [(case, self.exercise.read(value, case)) for value, case in zip(plain, cases, strict=True)]
        except Exception:  # a hint about type, shape or keys, or a value that cannot be compared
            return None


def named(exercise: "Exercise", answer: "Answer", got: "Results", draws: "Sequence[Results]") -> dict[str, tuple[str, str]]:
    """By wrong part, name and hint of the change of the answer's text that makes it right.

    ``got`` are the answer's results on the cases of one draw; ``draws`` the right ones on those,
    and on those of other draws. A change that makes all parts right is named for each. One that
    makes a single part right must leave every figure that is wrong afterwards as it is.
    """
    try:
        tried = _Answer(exercise, answer)
        source = inspect.getsource(answer)
    except (OSError, TypeError):
        return {}
    wrong = [part for part in exercise.parts if not exercise.holds(part, got, draws[0])]
    found: dict[str, tuple[str, str]] = {}
    changes = [each for each in own_code.changes(source) if exercise.fields or each.kind in PLAIN]
    for change, mended in _mending(tried, changes, wrong, got, draws):
        what = "Your function" if mended == wrong else "This part of your function"
        name_and_hint = f"{ONE_PLACE}{change.kind}", f"{what} is right but for one place: {change.description}."
        found |= {part: name_and_hint for part in mended if mended == wrong or part not in found}
    return found


def _mending(
    tried: _Answer, changes: Sequence[own_code.Change], wrong: Sequence[str], got: "Results", draws: "Sequence[Results]"
) -> Iterator[tuple[own_code.Change, list[str]]]:
    """Changes with the wrong parts that they make right, up to the first that makes all right.

    The likeliest come first. After a change that makes some parts right, only those of its rank are
    tried.
    """
    exercise, least = tried.exercise, None
    asked = {part: _failing(exercise, part, got, draws[0]) for part in wrong}
    first = {part: groups[:1] for part, groups in asked.items()}
    for number in range(0, min(len(changes), MOST_TRIED), AT_ONCE):
        right = [change for change in changes[number : number + AT_ONCE] if least in (None, change.rank)]
        if not right or tried.left <= 0:
            return
        for groups in first, asked:
            right = _right_on(tried, right, groups, draws[0])
        for change, mended in _mended(tried, right, wrong, got, draws):
            yield change, mended
            least = change.rank
            if mended == wrong:
                return


def _failing(exercise: "Exercise", part: str, got: "Results", wanted: "Results") -> list[list[int]]:
    """Places of the cases that show that a part is wrong: the three shortest calls, each alone.

    The shortest pairs or triples where a part is judged by comparing calls; all cases of the part
    where it is judged over more.
    """

    def fails(results: "Results", group: list[int]) -> bool:
        return _wrong(exercise, part, [results[place] for place in group], [wanted[place] for place in group])

    mine = [place for place, (case, _) in enumerate(wanted) if case.is_for(part)]
    for size in (1, 2, 3):
        groups = [mine[first : first + size] for first in range(0, len(mine), size)]
        showing = [group for group in groups if not fails(wanted, group) and fails(got, group)]
        if showing:
            return sorted(showing, key=lambda group: sum(len(wanted[place][0].call("")) for place in group))[:3]
    return [mine]


def _wrong(exercise: "Exercise", part: str, got: "Results", wanted: "Results") -> bool:
    """Whether a part is judged wrong, or cannot be judged."""
    try:
        return not exercise.holds(part, got, wanted)
    except Exception:  # a judge may fail on what a changed function gives
        return True


def _right_on(
    tried: _Answer, changes: Sequence[own_code.Change], asked: dict[str, list[list[int]]], wanted: "Results"
) -> list[own_code.Change]:
    """Changes that make a part right on its groups of cases."""
    places = sorted({place for groups in asked.values() for group in groups for place in group})
    given = tried.given([each.text for each in changes], [wanted[place][0] for place in places]) if changes else []
    return [
        change
        for change, made in zip(changes, given, strict=True)
        if made and any(_right(tried.exercise, part, made, groups, wanted) for part, groups in asked.items())
    ]


def _right(exercise: "Exercise", part: str, made: "Results", groups: Sequence[Sequence[int]], wanted: "Results") -> bool:
    """Whether a part is right on each group of cases."""
    known = {id(case): (case, fields) for case, fields in made}
    given = [([known[id(wanted[place][0])] for place in group], [wanted[place] for place in group]) for group in groups]
    return not any(_wrong(exercise, part, got, right) for got, right in given)


def _mended(
    tried: _Answer, changes: Sequence[own_code.Change], wrong: Sequence[str], got: "Results", draws: "Sequence[Results]"
) -> list[tuple[own_code.Change, list[str]]]:
    """Changes with the wrong parts that they make right on all draws; none that harm another."""
    exercise, left = tried.exercise, [(change, list(wrong)) for change in changes]
    for number, wanted in enumerate(draws):
        before, left = left, []
        given = tried.given([change.text for change, _ in before], [case for case, _ in wanted]) if before else []
        for (change, mended), made in zip(before, given, strict=True):
            if not made:
                continue
            bad = [part for part in exercise.parts if _wrong(exercise, part, made, wanted)]
            harms = bad and (set(bad) - set(wrong) or (not number and not _leaves(exercise, got, wanted, made)))
            if not harms and (still := [part for part in mended if part not in bad]):
                left.append((change, still))
    return left


def _leaves(exercise: "Exercise", got: "Results", wanted: "Results", made: "Results") -> bool:
    """Whether every figure that is wrong after a change is what it was before."""
    return bool(exercise.fields) and all(
        item.agrees(new[item.name], right[item.name], case) or item.agrees(new[item.name], mine[item.name], case)
        for (case, mine), (_, right), (_, new) in zip(got, wanted, made, strict=True)
        for item in exercise.fields
    )
