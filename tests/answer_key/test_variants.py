"""Numbers for each student in section 6.4.

Equally hard, graded by the id, and recognised when they are another student's.
"""

import functools
import itertools
from pathlib import Path

import answer_key
import nbformat
import numpy as np
import pytest
from answer_key import practice
from answer_key.comprehension import ANOTHERS, __main__, examine, questions
from answer_key.exercise import WrongAnswer
from phase6 import variants
from phase6.checks import _values, comprehension
from phase6.checks._base import Hint

ROOT = Path(__file__).parents[2]
NOTEBOOK = nbformat.read(ROOT / "source/phase6/6.4-comprehension.ipynb", as_version=4)
STUDENTS = [f"student{number:04d}@example.org" for number in range(1000)]
NUMBERS = range(variants.COUNT + 1)
EACH = pytest.mark.parametrize("number", NUMBERS)
VALUES = [name for name, value in questions(0).items() if not value.choices]
INDIVIDUAL = [name for name in VALUES if name not in ("q1_peak_level", "q3_standard_error_two_years")]
"""Values that differ from variant to variant."""


def solved(student: str) -> dict:
    """Names after the instructor's cells, for a student's numbers."""
    names: dict = {}
    for cell in NOTEBOOK.cells:
        if cell.cell_type == "code" and not cell.metadata.get("nbgrader", {}).get("grade"):
            exec(f"STUDENT = {student!r}" if cell.source.startswith("STUDENT") else cell.source, names)
    return names


def apart(first: float, second: float) -> float:
    """Relative distance."""
    return abs(first - second) / max(abs(first), abs(second))


@pytest.fixture(scope="module")
def instructors() -> dict[int, dict]:
    """The instructor's answers by variant, each for the first student who has it."""
    first = {variants.number_of(student): student for student in reversed(STUDENTS)}
    return {number: solved(student) for number, student in sorted(first.items())}


def test_a_thousand_students_have_all_variants_about_evenly():
    counts = [sum(variants.number_of(student) == number for student in STUDENTS) for number in NUMBERS]
    assert counts[0] == 0
    assert min(counts[1:]) >= 10 and max(counts[1:]) <= 60


def test_a_thousand_students_right_answers_pass(instructors):
    for student in STUDENTS:
        for name in VALUES:
            examine(name, instructors[variants.number_of(student)][name], (student,))


@functools.cache
def unnamed(number: int, student: str) -> list[str]:
    """Wrong ideas about a variant's numbers that are too close, pass, or are not named.

    Those too close lie within the tolerance.
    """
    bad = []
    for name in VALUES:
        value = questions(number)[name]
        for idea in value.misconceptions:
            near = apart(float(idea.value), float(value.answer)) <= 1.05 * value.relative
            for keys in ((student,), (student, "")):
                try:
                    examine(name, idea.value, keys)
                except WrongAnswer as wrong:
                    near = near or wrong.misconception != idea.name
                else:
                    near = True
            bad += [f"{name}: {idea.name}"] * near
    return bad


def test_a_thousand_students_wrong_ideas_are_rejected_and_told_apart():
    first = {variants.number_of(student): student for student in reversed(STUDENTS)}
    for student in STUDENTS:
        number = variants.number_of(student)
        assert unnamed(number, first[number]) == [], student


def test_a_thousand_students_prompts_are_readable():
    for student in STUDENTS:
        mine = variants.of(student)
        texts = [part._repr_markdown_() for part in (mine, mine.pyramid, mine.assets, mine.volatilities)]
        assert f"variant {mine.number} of 32" in texts[0]
        assert f"{mine.pyramid.levels} levels" in texts[1] and f"{100 * mine.pyramid.risk:g} % risk" in texts[1]
        assert f"{mine.assets.count} of them" in texts[2] and f"of {mine.assets.sharpe:g} a year" in texts[2]
        assert all(f" {sigma:.2f} |" in texts[3] for sigma in mine.volatilities.values())
        assert not any(len(word) > 12 for text in texts for word in text.replace("|", " ").split() if any(map(str.isdigit, word)))


@EACH
def test_difficulty_is_even(number):
    """Figures of the standard's size; the peak lies inside.

    No wrong idea stands close to the right value, or to another one.
    """
    mine, standard = questions(number), questions(0)
    pyramid, assets, sigmas = variants.variant(number).pyramid, variants.variant(number).assets, variants.variant(number).volatilities
    assert pyramid.levels in (4, 5) and 0.003 <= pyramid.risk <= 0.009 and pyramid.stop in (2.0, 2.5, 3.0)
    assert pyramid.levels - 1 > pyramid.stop, "a level must be safe at the end"
    assert 5 <= assets.count <= 9 and 0.5 <= assets.sharpe <= 1 and 0.25 <= assets.correlation <= 0.5
    assert max(sigmas, key=sigmas.__getitem__) == "BTC" and all(0.06 <= sigma <= 0.7 for sigma in sigmas.values())
    assert mine["q1_peak_level"].answer == 2
    for name in VALUES:
        value = mine[name]
        assert 1 / 5 < float(value.answer) / float(standard[name].answer) < 5
        ideas = [(idea.name, float(idea.value)) for idea in value.misconceptions]
        for idea, figure in ideas:
            wide = {1e-6: 0.01, 0.02: 0.045, 0.05: 0.055}[value.relative]
            assert apart(figure, float(value.answer)) > (1e-5 if "rounded" in idea else wide), (name, idea)
        for (one, first), (two, second) in itertools.combinations(ideas, 2):
            assert apart(first, second) > value.relative, (name, one, two)


@EACH
def test_an_own_answer_and_a_standard_one_are_not_mistaken_for_each_other(number):
    """Where both count, no wrong idea about the own numbers is right for the standard ones.

    No check refuses a right answer.
    """
    for name, value in questions(number).items():
        if value.choices:
            continue
        standard = questions(0)[name]
        assert not any(number and standard.is_right(idea.value) for idea in value.misconceptions), name
        for table in {0, number}:
            for figure in (value.answer, *value.variants[:1], value.answer * (1 - 0.99 * value.relative)):
                assert _values.wrong_idea(name, float(figure), table) is None


def test_variants_differ_in_every_question():
    for first, second in itertools.combinations(NUMBERS, 2):
        one, two = questions(first), questions(second)
        for name in ("q1_stop_risk", "q1_peak_stop_risk", "q5_btc_variance_share", "q5_effective_bets"):
            assert apart(one[name].answer, two[name].answer) > 1e-6, (first, second, name)
        if first == 0:
            assert all(apart(one[name].answer, two[name].answer) > 1e-6 for name in INDIVIDUAL), second


def test_the_id_decides_and_spelling_does_not():
    assert variants.number_of("") == variants.number_of(None) == variants.number_of("  ") == 0
    assert variants.number_of("Ada ") == variants.number_of("ada") == variants.number_of("\uff41da")
    assert variants.number_of(4711) == variants.number_of("4711")
    with pytest.raises(ValueError, match="number is 33; expected 0 to 32"):
        variants.variant(33)


def another_of(student: str, name: str) -> str:
    """Somebody whose right answer is wrong for this student, and shows no known wrong idea."""
    mine = questions(variants.number_of(student))[name]
    return next(
        other for other in STUDENTS
        if not any(mine.same(questions(variants.number_of(other))[name].answer, figure)
                   for figure in (mine.answer, questions(0)[name].answer, *(idea.value for idea in mine.misconceptions)))
    )


@pytest.mark.parametrize("name", ["q1_stop_risk", "q1_peak_stop_risk", "q3_sharpe_with_correlation", "q5_effective_bets"])
def test_an_answer_of_another_students_variant_is_told_so_and_is_a_fact(name):
    student = STUDENTS[0]
    other = another_of(student, name)
    answer = questions(variants.number_of(other))[name].answer
    with pytest.raises(WrongAnswer, match="another student's numbers: is STUDENT your own id") as caught:
        examine(name, answer, (student, ""))
    assert caught.value.misconception == ANOTHERS
    assert f"variant {variants.number_of(other)}" in caught.value.fact
    assert f"this student has variant {variants.number_of(student)}" in caught.value.fact


def test_a_wrong_idea_and_a_number_by_chance_are_nobodys():
    student = STUDENTS[0]
    value = questions(variants.number_of(student))["q3_portfolio_sharpe"]
    other = questions(variants.number_of(another_of(student, "q3_portfolio_sharpe")))["q3_portfolio_sharpe"]
    for answer in (value.misconceptions[0].value, round(other.answer, 2), 1.234):
        if value.is_right(answer):
            continue
        with pytest.raises(WrongAnswer) as caught:
            examine("q3_portfolio_sharpe", answer, (student,))
        assert caught.value.fact == "" and caught.value.misconception != ANOTHERS
    with pytest.raises(WrongAnswer, match="is not answered yet"):
        examine("q1_stop_risk", None, (student,))


def test_the_standard_numbers_count_where_they_may():
    answer, student = questions(0)["q1_stop_risk"].answer, STUDENTS[1]
    answer_key.examine("q1_stop_risk", answer)
    answer_key.examine("q1_stop_risk", answer, students=(student, ""))
    with pytest.raises(WrongAnswer, match="right for the standard numbers"):
        answer_key.examine("q1_stop_risk", answer, students=(student,))
    own = questions(variants.number_of(student))["q1_stop_risk"].answer
    with pytest.raises(WrongAnswer, match="leave STUDENT empty"):
        answer_key.examine("q1_stop_risk", own)


@pytest.mark.parametrize("name", ["q1_stop_risk", "q3_portfolio_sharpe", "q5_btc_variance_share"])
def test_a_wrong_idea_is_named_whichever_numbers_count(name):
    """Also where standard numbers count beside a student's own, and the student kept to them."""
    own = variants.number_of("ada")
    assert own
    for number in (own, 0):
        for idea in questions(number)[name].misconceptions:
            with pytest.raises(WrongAnswer) as caught:
                examine(name, idea.value, ("ada", ""))
            assert caught.value.misconception == idea.name


def test_a_check_names_wrong_ideas_about_own_numbers(capsys):
    named = total = 0
    for student in STUDENTS[:8]:
        mine = questions(variants.number_of(student))
        for name in INDIVIDUAL:
            check = getattr(comprehension, name[:2])
            check(student=student, **{name: mine[name].answer})
            for idea in mine[name].misconceptions:
                total += 1
                try:
                    check(student=student, **{name: idea.value})
                except Hint as hint:
                    named += hint.misconception == idea.name
    standard = sum(_values.wrong_idea(name, float(idea.value), 0) is not None
                   for name in INDIVIDUAL for idea in questions(0)[name].misconceptions)
    assert named > 0.7 * 8 * standard
    assert "recorded" in capsys.readouterr().out


@functools.cache
def named_ideas(name: str, number: int) -> list[float]:
    """Figures of the wrong ideas that the table names."""
    value = questions(number)[name]
    return [float(idea.value) for idea in value.misconceptions if _values.wrong_idea(name, float(idea.value), number)]


@EACH
@pytest.mark.parametrize("name", INDIVIDUAL)
def test_trying_100_000_numbers_tells_nothing_of_the_right_one(name, number):
    """Whoever tries numbers finds those of wrong ideas only.

    None of them lies near the right value, and none tells it.
    """
    value, named = questions(number)[name], named_ideas(name, number)
    hits = {int(cell) for figure in named for cell in _values.cells(figure, value.relative)}
    tried = value.answer * np.geomspace(0.01, 100, 100_001)
    cells = np.floor(np.log(tried) / max(value.relative, 1e-6)).astype(int)
    found = tried[np.isin(cells, list(hits)) | np.isin(cells + 1, list(hits))]
    assert (np.abs(found - value.answer) > value.relative * value.answer).all()
    assert len(found) < 0.2 * len(tried)
    numbers = [item for item in questions(number).values() if not item.choices and not float(item.answer).is_integer()]
    right, factors = [float(item.answer) for item in numbers], practice.factors_of(variants.variant(number))
    assert not any(practice.gives_away(figure, right, factors) for figure in named)


@pytest.mark.long
def test_a_search_by_hashing_finds_what_is_said_above():
    """The same through the check's own hashes, for one question."""
    name, number = "q5_btc_variance_share", variants.number_of(STUDENTS[0])
    value = questions(number)[name]
    found = [figure for figure in np.linspace(0.001, 1.0, 20_000).tolist() if _values.wrong_idea(name, figure, number)]
    assert found
    assert all(abs(figure - value.answer) > value.relative * value.answer for figure in found)
    assert all(any(apart(figure, idea) < 2 * value.relative for idea in named_ideas(name, number)) for figure in found)


def test_whoever_marks_can_print_a_students_answers(capsys):
    assert __main__.main(["ada"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"ada: variant {variants.number_of('ada')}; Pyramid(levels=")
    assert f"q1_stop_risk                 {questions(variants.number_of('ada'))['q1_stop_risk'].answer:.6g}" in shown
    assert __main__.main([]) == 2


def test_the_text_of_the_release_has_the_standard_numbers():
    released = nbformat.read(ROOT / "release/phase6/6.4-comprehension.ipynb", as_version=4)
    text = "\n".join(cell.source for cell in released.cells)
    assert 'STUDENT = ""' in text
    for figure in ("`equity · 0.005 / (2 · ATR) / (1 + 0.25·k)`", "Sharpe ratio of 0.5 a year", "correlation of 0.3"):
        assert figure in text
