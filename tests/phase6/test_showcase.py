"""A student's own function drawn on a market: right answers make a picture, others a sentence."""

import itertools

import numpy as np
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


@pytest.mark.parametrize("name", CODED)
def test_what_is_compared_in_a_drawing_differs(name):
    """Two lines on one another show nothing of what the answer does."""
    (axes,) = showcase.draw(name, CODED[name].reference).axes
    lines = [line for line in axes.get_lines() if not str(line.get_label()).startswith("_") and np.size(line.get_xdata()) > 2]
    for one, other in itertools.combinations([np.asarray(line.get_ydata(), dtype=float) for line in lines], 2):
        assert one.shape != other.shape or not np.allclose(one, other)


def test_the_trade_that_is_drawn_is_sold_at_all_its_targets():
    fills = []

    def scale_out(*bars, **plan):
        found = CODED["scale_out"].reference(*bars, **plan)
        fills.append(found["fills"])
        return found

    showcase.draw("scale_out", scale_out)
    assert len(fills[0]) == 3 and len({bar for bar, _, _ in fills[0]}) == 3


def test_an_asset_has_its_name_in_the_drawing():
    (axes,) = showcase.draw("leave_one_out", CODED["leave_one_out"].reference).axes
    assert [label.get_text() for label in axes.get_yticklabels()][:2] == ["US Equity", "EU Equity"]


def test_what_is_said_of_a_line_that_ends_at_nothing_has_no_digits_of_rounding():
    def ledger(fills, mark):
        found = CODED["ledger"].reference(fills, mark)
        return {**found, "unrealised": found["unrealised"] + 7e-13}

    assert "e-" not in alt_text(showcase.draw("ledger", ledger))


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
