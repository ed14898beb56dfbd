"""A student's own function drawn on a market: right answers make a picture, others a sentence."""

import pytest
from answer_key import exercises
from answer_key.exercise import Exercise
from phase6 import showcase
from phase6.plots import alt_text

CODED = {name: item for name, item in exercises().items() if isinstance(item, Exercise)}


def test_there_is_a_drawing_for_every_coded_exercise():
    assert set(showcase.DRAWINGS) == set(CODED)


@pytest.mark.parametrize("name", CODED)
def test_a_right_answer_is_drawn(name):
    assert len(alt_text(showcase.draw(name, CODED[name].reference)).split()) > 6


@pytest.fixture
def person(monkeypatch):
    monkeypatch.setattr(showcase, "batch_run", lambda: False)


def test_an_answer_that_is_not_written_is_a_sentence(person, capsys):
    def pyramid_risk(n_levels, **rules):
        raise NotImplementedError

    assert showcase.show(pyramid_risk) is None
    assert "Once `pyramid_risk` is written" in capsys.readouterr().out


def test_an_answer_that_fails_is_a_sentence(person, capsys):
    def ledger(fills, mark):
        return {"position": 1}

    assert showcase.show(ledger) is None
    assert "KeyError: 'realised'" in capsys.readouterr().out


def test_where_nobody_looks_nothing_is_run():
    def pyramid_risk(n_levels, **rules):
        raise SystemExit

    assert showcase.show(pyramid_risk) is None


def test_a_name_without_a_drawing_is_an_error():
    with pytest.raises(ValueError, match="no drawing for 'sum'"):
        showcase.draw("sum", sum)
