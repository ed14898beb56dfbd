"""Where a file that was handed in goes within its submission, and which of several is the last."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from proctor.course.archives import Incoming
from proctor.course.owners import Owner
from proctor.course.roster import plain, same_spelling

COPY = re.compile(r"(\s*\((\d{1,9})\)|-(\d{1,9})|\s*[-_ ]\s*copy(\d{0,9})|\s*-\s*kopie)$", re.I)
"""What a browser, Canvas, JupyterLab or a desktop appends to the name of a second copy."""
COPY_OF = re.compile(r"^(copy of|kopien? von|copie de)\s+", re.I)
DOWNLOADED = re.compile(r"\((\d{1,9})\)(\.\w+)?$")
RENAMED = re.compile(r"-(\d{1,9})$")
"""What Canvas appends to a file's name that was handed in before."""
TIMESTAMP = "timestamp.txt"
RESERVED = {TIMESTAMP, "submission_secret.txt", "proctor.json"}
"""Names that the grader reads or writes itself."""
UNFIT = re.compile(r"[\x00-\x1f<>:\"|?*\\\ud800-\udfff]")
LONGEST_NAME, LONGEST_PATH = 200, 1000
ALIKE = 0.5
"""Share of a notebook's graded cells that a file must have to be taken for that notebook."""

Known = Mapping[str, set[str]]


@dataclass(frozen=True)
class Place:
    """Where a file goes within the submission.

    ``target`` is "" where it goes nowhere; then ``done`` and ``why`` say so. ``copies`` are the
    copy's numbers in its name.
    """

    target: str = ""
    copies: tuple[int, ...] = ()
    done: str = "not used"
    why: str = ""


@dataclass(frozen=True)
class Handed:
    """A file with its student, place, where it came from, and the time that came with it."""

    student: str
    target: str
    copies: tuple[int, ...]
    incoming: Incoming
    owner: Owner
    time: str | None = None

    @property
    def notebook(self) -> bool:
        """Whether it is a notebook."""
        return self.target.endswith(".ipynb")


def graded_cells(source: Path) -> dict[str, set[str]]:
    """Grade ids of each notebook of the source."""
    return {path.stem: _grade_ids(path.read_bytes()) for path in sorted(source.glob("*.ipynb"))}


def _grade_ids(content: bytes) -> set[str]:
    try:
        cells = json.loads(content)["cells"]
        about = [cell["metadata"].get("nbgrader", {}) for cell in cells]
        return {
            str(one["grade_id"])
            for one in about
            if one.get("grade_id") and (one.get("grade") or one.get("solution") or one.get("task"))
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return set()


def place_of(inner: str, content: bytes, above: set[str], known: Known) -> Place:
    """Where a file goes that lies at ``inner`` among a student's files.

    Folders that are named ``above`` are left out. ``known`` are the assignment's notebooks.
    """
    parts = [part for part in PurePosixPath(inner).parts if part not in {"/", "..", "."}]
    while len(parts) > 1 and parts[0] in above | {"submitted"}:
        parts = parts[1:]
    if parts and parts[-1].lower().endswith(".ipynb"):
        return _notebook(parts[-1][: -len(".ipynb")][:LONGEST_NAME], content, known)
    if not parts or any(UNFIT.search(part) for part in parts):
        return Place(done="not collected", why=f"{_short(inner)} is not a name that a file can have everywhere")
    sizes = [len(part.encode()) for part in parts]
    if max(sizes) > LONGEST_NAME or sum(sizes) + len(sizes) > LONGEST_PATH:
        limits = f"a name has at most {LONGEST_NAME} bytes, a path {LONGEST_PATH}"
        return Place(done="not collected", why=f"{_short(inner)} is too long; {limits}")
    if parts[-1] in RESERVED or any(part.startswith(".") for part in parts):
        return Place(why="a name that is kept for the grader" if parts[-1] in RESERVED else "a hidden file")
    return Place("/".join(parts))


def _short(name: str) -> str:
    return repr(name if len(name) <= 100 else f"{name[:60]}…{name[-30:]}")


def _stems(stem: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """A name as it stands, then without one copy's mark after the other, with their numbers."""
    numbers: tuple[int, ...] = ()
    yield stem, numbers
    while (mark := COPY.search(stem)) and mark.start():
        stem = stem[: mark.start()]
        numbers = (int(mark[2] or mark[3] or mark[4] or 1), *numbers)
        yield stem, numbers


def _by_name(stem: str, known: Known) -> dict[str, tuple[int, ...]]:
    """The notebooks that a name may mean, likeliest first, each with the copy's numbers left over.

    The longest part of the name that is a notebook's comes first, spelled just so before spelled
    otherwise.
    """
    said = list(_stems(stem))
    if COPY_OF.match(stem):
        said += _stems(COPY_OF.sub("", stem))
    found: dict[str, tuple[int, ...]] = {}
    alike: tuple[Callable[[str], str], ...] = (str, same_spelling, plain)
    for form in alike:
        for name, numbers in said:
            fitting = [one for one in known if form(one) == form(name)]
            if len(fitting) == 1:
                found.setdefault(fitting[0], numbers)
    return found


def _notebook(stem: str, content: bytes, known: Known) -> Place:
    """The notebook of the assignment that a file is.

    It is known by its name, its name as a copy, or its cells.
    """
    own = _grade_ids(content)
    shares = {name: len(own & cells) / len(cells) for name, cells in known.items() if cells}
    alike = [name for name, share in shares.items() if share >= ALIKE]
    if named := _by_name(stem, known):
        first = next(iter(named))
        if shares.get(first, 1.0) < ALIKE:  # "ex-2" may be the second copy of "ex"
            first = next((name for name in named if name in alike), first)
        return Place(f"{first}.ipynb", named[first])
    best = [name for name in alike if shares[name] == max(shares.values())]
    if len(best) > 1:
        several = " and ".join(best)
        return Place(done="not collected", why=f"its name is no notebook's, and its cells fit {several} alike")
    if not best:
        return Place(why="no notebook of the assignment by its name or its cells")
    numbers = [numbers for _, numbers in _stems(stem)]
    return Place(f"{best[0]}.ipynb", numbers[-1])


def without_canvas_numbers(handed: Sequence[Handed], folder: Path) -> list[Handed]:
    """One student's files under the names that they had before Canvas numbered them.

    Canvas appends -1, -2 to each file of a submission whose name was handed in before. Where it
    did so with a notebook, another file of the submission with this number, or whose name without
    it is in ``folder``, had it from Canvas too; unless the notebook speaks of the name as it is.
    """
    uploads = [one for one in handed if _from_canvas(one)]
    return [_without_number(one, uploads, folder) if one in uploads else one for one in handed]


def _without_number(one: Handed, uploads: Sequence[Handed], folder: Path) -> Handed:
    around = [other for other in uploads if other.incoming.way[:-1] == one.incoming.way[:-1]]
    notebooks = [other for other in around if other.notebook and other.copies and RENAMED.search(_stem(other))]
    path = PurePosixPath(one.target)
    mark = RENAMED.search(path.stem)
    if one.notebook or not notebooks or not mark or not mark.start():
        return one
    before = path.stem[: mark.start()] + path.suffix
    numbered = int(mark[1]) in {other.copies[-1] for other in notebooks} or (folder / before).is_file()
    spoken = any(one.target.encode() in other.incoming.content for other in notebooks)
    if not numbered or spoken or before in RESERVED or before in {other.target for other in around}:
        return one
    return replace(one, target=before, copies=(int(mark[1]),))


def _from_canvas(one: Handed) -> bool:
    """Whether it was uploaded to Canvas by itself, not in an archive."""
    return one.owner.platform == "Canvas" and one.owner.place == len(one.incoming.way) - 1 and "/" not in one.target


def _stem(one: Handed) -> str:
    return PurePosixPath(one.owner.inner or one.incoming.way[-1]).stem


def latest(choices: Sequence[Handed]) -> tuple[Handed, list[tuple[Handed, str, str]]]:
    """Of several files for one place the last, and the others with what is said of each.

    Their own times say which, where all have one; then Canvas's number of the upload, then the
    copy's number, outermost first.
    """
    timed = all(one.time for one in choices)

    def order(one: Handed) -> tuple[str, int, tuple[int, ...], tuple[int, ...]]:
        parts = [part for name in one.incoming.way[:-1] for part in name.split("/")]
        parts += one.incoming.way[-1].split("/")[:-1]
        outer = tuple(int(mark[1]) if (mark := DOWNLOADED.search(part)) else 0 for part in parts)
        return (one.time or "") if timed else "", one.owner.file, outer, one.copies

    chosen = max(choices, key=lambda one: (order(one), one.incoming.text))
    others = []
    for one in choices:
        if one is chosen:
            continue
        if one.incoming.content == chosen.incoming.content:
            others.append((one, "not used", "the same was handed in twice"))
        elif order(one) < order(chosen):
            others.append((one, "not used", f"{chosen.incoming.text} is later"))
        else:
            why = f"{chosen.incoming.text} was handed in too, and nothing says which is later"
            others.append((one, "not collected", why))
    return chosen, others
