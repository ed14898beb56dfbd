"""Markets that tests share.

Sound ones, and degenerate ones each spoilt in the one way that its name says.
"""

import numpy as np
import pandas as pd
import pytest
from phase6 import market, original


def frame_of(rows):
    """A frame of (open, high, low, close) rows on business days."""
    index = pd.bdate_range("2023-01-02", periods=len(rows), name="date")
    return pd.DataFrame(rows, columns=["open", "high", "low", "close"], index=index, dtype=float)


def off_the_segment(points, begin, end):
    """Distance of points, shape (n, 2), from a segment."""
    along = end - begin
    share = ((points - begin) @ along / max(along @ along, 1e-300)).clip(0, 1)
    return np.hypot(*(points - begin - share[:, None] * along).T)


@pytest.fixture(scope="session")
def same_line():
    """Whether a line in an SVG, shape (k, 2), is the line through points, shape (n, 2).

    It is so to a twentieth of a point a coordinate. The one in the SVG may leave out points on
    straight stretches, and nothing else.
    """

    def same(drawn, points):
        at, last = 0, drawn[0]
        for corner in drawn:
            hits = np.flatnonzero(np.abs(points[at:] - corner).max(axis=1) <= 0.0501)
            if not len(hits) or (off_the_segment(points[at : at + hits[0]], last, corner) > 0.0709).any():
                return False
            at, last = at + hits[0], corner
        return bool((off_the_segment(points[at:], last, last) <= 0.0709).all())

    return same


@pytest.fixture(scope="session")
def published():
    """The published notebook, its cells run once in order with seed 42."""
    return original.run_all(42)


@pytest.fixture
def sound_market():
    """300 honest bars of a trending market."""
    return market.trend_ohlcv(300, seed=3)


@pytest.fixture
def flat_market():
    """120 bars on which nothing ever moves: every price is 100 and the ATR is 0."""
    return frame_of([(100.0, 100.0, 100.0, 100.0)] * 120)


@pytest.fixture
def one_bar(sound_market):
    return sound_market.iloc[:1]


@pytest.fixture
def empty_market(sound_market):
    return sound_market.iloc[:0]


@pytest.fixture
def nan_bar(sound_market):
    """The close of bar 150 is not a number."""
    frame = sound_market.copy()
    frame.iloc[150, frame.columns.get_loc("close")] = np.nan
    return frame


@pytest.fixture
def infinite_bar(sound_market):
    """The high of bar 150 is infinite."""
    frame = sound_market.copy()
    frame.iloc[150, frame.columns.get_loc("high")] = np.inf
    return frame


@pytest.fixture
def missing_column(sound_market):
    return sound_market.drop(columns="low")


@pytest.fixture
def repeated_column(sound_market):
    return pd.concat([sound_market, sound_market[["close"]]], axis=1)


@pytest.fixture
def negative_price(sound_market):
    """The low of bar 150 is −1."""
    frame = sound_market.copy()
    frame.iloc[150, frame.columns.get_loc("low")] = -1.0
    return frame


@pytest.fixture
def zero_price(sound_market):
    """All four prices of bar 150 are 0."""
    frame = sound_market.copy()
    frame.loc[frame.index[150], ["open", "high", "low", "close"]] = 0.0
    return frame


@pytest.fixture
def unsorted_dates(sound_market):
    return sound_market.iloc[::-1]


@pytest.fixture
def repeated_date(sound_market):
    return sound_market.set_axis(sound_market.index.where(np.arange(len(sound_market)) != 150, sound_market.index[149]))


@pytest.fixture
def open_outside_bar(sound_market):
    """The open of bar 150 lies above its high, as on half of the published notebook's bars."""
    frame = sound_market.copy()
    frame.iloc[150, frame.columns.get_loc("open")] = frame["high"].iloc[150] * 1.01
    return frame


@pytest.fixture
def not_a_frame(sound_market):
    return sound_market["close"].to_numpy()


def rising(bars, step=0.005, start=100.0):
    """Bars that rise by ``step`` a day, each open the previous close, range twice the step."""
    closes = start * (1 + step) ** np.arange(1, bars + 1)
    opens = np.concatenate([[start], closes[:-1]])
    return [(o, c * (1 + step / 2), o * (1 - step / 2), c) for o, c in zip(opens, closes, strict=True)]


@pytest.fixture
def rising_market():
    """120 bars that rise by half a per cent a day: one trend, no stop is ever touched."""
    return frame_of(rising(120))


@pytest.fixture
def gap_through_stop():
    """70 bars that rise, then an open 10 % lower.

    Beyond the stop of any long position, which no order can avoid.
    """
    rows = rising(70)
    after = rows[-1][3] * 0.9
    return frame_of([*rows, (after, after * 1.002, after * 0.998, after), *[(after, after * 1.001, after * 0.999, after)] * 9])


@pytest.fixture
def ruin():
    """70 bars that rise, then an open at a tenth.

    A long position at three times equity loses all it has.
    """
    rows = rising(70)
    after = rows[-1][3] * 0.1
    return frame_of([*rows, *[(after, after * 1.001, after * 0.999, after)] * 10])


UNSOUND = {
    "one_bar": r"rows; expected at least",
    "empty_market": r"the frame has 0 rows; expected at least",
    "nan_bar": r"close is nan at 2023-\S+ .*; expected finite prices above 0",
    "infinite_bar": r"high is inf at 2023-\S+ .*; expected finite prices above 0",
    "missing_column": r"columns low are missing; expected open, high, low, close",
    "repeated_column": r"columns close come more than once; expected one of each",
    "negative_price": r"low is -1.0 at 2023-\S+ .*; expected finite prices above 0",
    "zero_price": r"open is 0.0 at 2023-\S+ .*; expected finite prices above 0",
    "unsorted_dates": r"dates do not increase; expected each row later than the one before",
    "repeated_date": r"dates do not increase; expected each row later than the one before",
    "open_outside_bar": r"the bar at 2023-\S+ .* has open .*; expected low ≤ open, close ≤ high",
    "not_a_frame": r"the market data are a ndarray; expected a DataFrame",
}
"""Fixtures that no rule may accept, with the error each must give."""


@pytest.fixture(params=UNSOUND)
def unsound(request):
    """Every unsound market in turn, with the pattern of the error it must raise."""
    return request.getfixturevalue(request.param), UNSOUND[request.param]
