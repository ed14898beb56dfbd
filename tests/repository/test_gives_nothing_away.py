"""What students get holds no right value of section 6.4 and no reference.

Release, wheel, and site.
"""

import inspect
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from answer_key import exercises
from answer_key.comprehension import questions
from answer_key.exercise import Exercise
from phase6.checks import _practice
from phase6.variants import COUNT

ROOT = Path(__file__).resolve().parents[2]
TEXTS = (".ipynb", ".json", ".py", ".md", ".html", ".txt", ".css", ".js", "METADATA")
NUMBER = re.compile(r"\d+\.\d+(?:[eE][-+]?\d+)?")
DIGITS = 5
"""Numbers with fewer digits agree with others by chance."""
CODED = {name: item for name, item in exercises().items() if isinstance(item, Exercise)}
TAUGHT = {"q1_stop_risk", "q1_peak_stop_risk", "q3_portfolio_sharpe", "q3_standard_error_two_years", "q3_sharpe_with_correlation"}
"""What the standard numbers lead to and lessons or the example of section 6.1 work out.

That pyramid is the course's own.
"""


def digits(text: str) -> int:
    """Significant digits as typed."""
    return len(text.lower().split("e")[0].replace(".", "").lstrip("0"))


def numbers_in(text: str) -> np.ndarray:
    """Decimal numbers with enough digits, sorted."""
    return np.unique([float(found) for found in NUMBER.findall(text) if digits(found) >= DIGITS and float(found) > 0])


def texts_of(path: Path) -> Iterator[tuple[str, str]]:
    """Name and text of every file of a folder or a wheel, wheels in a folder opened too."""
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith(TEXTS):
                    yield f"{path.name}/{name}", archive.read(name).decode("utf-8", "replace")
        return
    for file in sorted(path.rglob("*")):
        if file.suffix == ".whl" and file.name.startswith("phase6"):
            yield from texts_of(file)
        elif file.is_file() and file.name.endswith(TEXTS) and "pyodide" not in file.parts:
            yield str(file.relative_to(path)), file.read_text(encoding="utf-8", errors="replace")


def near(numbers: np.ndarray, wanted: float, relative: float) -> np.ndarray:
    """The numbers that agree with one."""
    low, high = np.searchsorted(numbers, [wanted * (1 - relative), wanted * (1 + relative)])
    return numbers[low:high]


@pytest.fixture(scope="module", params=["release", "wheel", pytest.param("site", marks=pytest.mark.browser)])
def given(request) -> dict[str, str]:
    """Texts that students get; the site's where a browser's tests have it built."""
    if request.param == "wheel":
        place = request.getfixturevalue("wheels")["phase6"]
    else:
        place = request.getfixturevalue("site") if request.param == "site" else ROOT / "release"
    found = dict(texts_of(place))
    assert len(found) >= 5
    return found


def right_values() -> Iterator[tuple[int, str, float]]:
    """Variant, name and right value, where the value has enough digits to be known by."""
    for number in range(COUNT + 1):
        for name, value in questions(number).items():
            taught = name == "q3_standard_error_two_years" or (number == 0 and name in TAUGHT)
            if not value.choices and not taught and digits(f"{float(value.answer):.9g}") >= DIGITS:
                yield number, name, float(value.answer)


def test_no_right_value_of_the_questions_is_given(given):
    """As a fraction or in percent, to five digits or more."""
    wanted = list(right_values())
    assert len(wanted) > 150
    found = []
    for file, text in given.items():
        numbers = numbers_in(text)
        for number, name, value in wanted:
            for figure in (value, 100 * value):
                found += [(file, number, name, hit) for hit in near(numbers, figure, 2e-6)]
    assert found == []


def practice_figures() -> Iterator[tuple[str, str, float]]:
    """Exercise, field and figure.

    What references return for the practice cases, and no argument of the call.
    """
    table = _practice.table()["exercises"]
    for name, exercise in CODED.items():
        for case in table[name]["cases"]:
            typed = numbers_in(case["lines"])
            args, kwargs = _practice.built(case, name)
            with np.errstate(all="ignore"):
                results = _practice.figures(name, exercise.reference(*args, **kwargs), args, kwargs)
            for field, figures in results.items():
                for value in np.unique(np.abs(np.asarray(figures, dtype=float).reshape(-1))).tolist():
                    if np.isfinite(value) and digits(f"{value:.9g}") >= 8 and not len(near(typed, value, 1e-7)):
                        yield name, field, value


def test_no_figure_of_a_reference_is_given(given):
    """Every reference is run on every practice case; its figures are looked for to eight digits."""
    wanted = list(practice_figures())
    assert len(wanted) > 300
    assert {name for name, _, _ in wanted} >= CODED.keys() - {"correlation_filter"}
    found = []
    for file, text in given.items():
        numbers = numbers_in(text)
        found += [(file, *one, hit) for one in wanted for hit in near(numbers, one[2], 2e-9)]
    assert found == []


def test_no_line_of_a_reference_is_given(given):
    """Lines of the references that are long enough to be known by."""
    lines = {line.strip() for exercise in CODED.values() for line in inspect.getsource(exercise.reference).splitlines()}
    peculiar = [line for line in lines if len(line) > 40 and not line.startswith(("def ", '"""', "#"))]
    assert len(peculiar) > 15
    found = [(file, line) for file, text in given.items() for line in peculiar if line in text]
    assert found == []


def test_the_search_finds_what_is_there():
    """A right value, in a file as others are, is found; so is one in percent."""
    number, name, value = next(right_values())
    text = f'{{"x": "about {value:.9f} or {100 * value:.7f} %"}}'
    assert len(near(numbers_in(text), value, 2e-6)) == 1, (number, name)
    assert len(near(numbers_in(text), 100 * value, 2e-6)) == 1
