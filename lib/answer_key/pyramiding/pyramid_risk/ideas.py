"""Wrong ideas about the risk of a pyramid: an answer in named steps, with some replaced."""

from collections.abc import Callable, Sequence
from types import SimpleNamespace

import numpy as np

from answer_key.exercise import Answer, Fields, Misconception

Arguments = SimpleNamespace
"""Arguments of a call by name, and the figures that follow from them."""
RISK_DEFAULTS: dict[str, float] = {
    "side": 1,
    "price": 100.0,
    "atr": 2.0,
    "equity": 100_000.0,
    "risk_per_level": 0.005,
    "atr_stop_mult": 2.0,
    "add_threshold_atr": 1.0,
    "size_decay": 0.25,
}


def _wrong_risk(
    *,
    size: Callable[[Arguments, int], float] = lambda p, k: _size(p) / (1 + p.size_decay * k),
    entry: Callable[[Arguments, int], float] = lambda p, k: p.price + p.side * k * p.add_threshold_atr * p.atr,
    stop: Callable[[Arguments], float] = lambda p: p.e[-1] - p.side * p.atr_stop_mult * p.atr,
    stop_risk: Callable[[Arguments], float] = lambda p: sum(p.q * p.side * (p.e - p.stop)) / p.equity,
    open_heat: Callable[[Arguments], float] = lambda p: sum(p.q * p.side * (p.e[-1] - p.stop)) / p.equity,
    uses: Sequence[str] = tuple(RISK_DEFAULTS),
) -> Answer:
    """An answer with some steps replaced; arguments that are not in ``uses`` are ignored."""

    def pyramid_risk(n_levels: int, **given: float) -> Fields:
        p = SimpleNamespace(**RISK_DEFAULTS | {name: value for name, value in given.items() if name in uses}, n=n_levels)
        p.q = np.array([size(p, k) for k in range(n_levels)])
        p.e = np.array([entry(p, k) for k in range(n_levels)])
        p.stop = stop(p)
        return {"quantities": p.q, "entries": p.e, "stop": p.stop, "stop_risk": stop_risk(p), "open_heat": open_heat(p)}

    return pyramid_risk


def _size(p: Arguments) -> float:
    return float(p.equity * p.risk_per_level / (p.atr_stop_mult * p.atr))


def _worked_example(n_levels: int, **given: float) -> Fields:
    return _wrong_risk()(4)  # type: ignore[no-any-return]


RISK_MISCONCEPTIONS = (
    Misconception(
        "leverage multiplies the risk budget",
        _wrong_risk(size=lambda p, k: 3.0 * _size(p) / (1 + p.size_decay * k)),
        "Three times as much: this is what you get when leverage multiplies the size. Leverage says how much you may hold, not "
        "how much you may lose; the size comes from the risk and the distance to the stop.",
        ("sizes",),
    ),
    Misconception(
        "sized by price",
        _wrong_risk(size=lambda p, k: p.equity * p.risk_per_level / p.price / (1 + p.size_decay * k)),
        "The budget is divided by the price, so you hold that share of equity. It is a loss that is budgeted: divide it by what one "
        "unit loses at the stop.",
        ("sizes",),
    ),
    Misconception(
        "stop distance of one ATR",
        _wrong_risk(size=lambda p, k: p.equity * p.risk_per_level / p.atr / (1 + p.size_decay * k)),
        "The size is right for a stop one ATR away. How far away is the stop?",
        ("sizes",),
    ),
    Misconception(
        "levels of equal size",
        _wrong_risk(size=lambda p, k: _size(p)),
        "Every level is as large as the first. Each add-on is to be smaller than the one before it.",
        ("sizes",),
    ),
    Misconception(
        "decay counted from one",
        _wrong_risk(size=lambda p, k: _size(p) / (1 + p.size_decay * (k + 1))),
        "The first level is already reduced: the levels are counted from 0, and level 0 has its full size.",
        ("sizes",),
    ),
    Misconception(
        "geometric decay",
        _wrong_risk(size=lambda p, k: _size(p) / (1 + p.size_decay) ** k),
        "The sizes shrink by the same factor each time. The divisor grows by addition, 1, 1 + d, 1 + 2d …, not by powers of 1 + d.",
        ("sizes",),
    ),
    Misconception(
        "decay subtracted",
        _wrong_risk(size=lambda p, k: _size(p) * max(1 - p.size_decay * k, 0.01)),
        "The decay is taken off the size (1 − d·k). It belongs in the divisor, 1 + d·k; otherwise sizes can fall to nothing.",
        alike=(
            _wrong_risk(size=lambda p, k: _size(p) * max(1 - p.size_decay * k, 0.0)),
            _wrong_risk(size=lambda p, k: _size(p) * (1 - p.size_decay * k)),
        ),
    ),
    Misconception(
        "whole units",
        _wrong_risk(size=lambda p, k: float(round(_size(p) / (1 + p.size_decay * k)))),
        "The quantities are rounded to whole units. Nothing is rounded here: fractions of a unit can be held.",
        ("sizes",),
    ),
    Misconception(
        "negative quantities for shorts",
        _wrong_risk(size=lambda p, k: p.side * _size(p) / (1 + p.size_decay * k)),
        "Your quantities are negative for shorts. They are positive for both sides; `side` says which it is.",
        ("sizes", "risk"),
    ),
    Misconception(
        "entries counted from one",
        _wrong_risk(entry=lambda p, k: p.price + p.side * (k + 1) * p.add_threshold_atr * p.atr),
        "All entries lie one step too far: the first level is entered at `price` itself.",
        ("sizes",),
    ),
    Misconception(
        "adding to losers",
        _wrong_risk(entry=lambda p, k: p.price - p.side * k * p.add_threshold_atr * p.atr),
        "The entries move against the position. That is averaging down; a pyramid adds after the price has moved in its favour.",
        ("sizes",),
    ),
    Misconception(
        "steps of the stop distance",
        _wrong_risk(entry=lambda p, k: p.price + p.side * k * p.add_threshold_atr * p.atr_stop_mult * p.atr),
        "The entries are stop distances apart. The step is `add_threshold_atr` ATR; `atr_stop_mult` is for the stop alone.",
        ("sizes",),
        alike=(_wrong_risk(entry=lambda p, k: p.price + p.side * k * p.atr_stop_mult * p.atr),),
    ),
    Misconception(
        "steps in percent of the price",
        _wrong_risk(entry=lambda p, k: p.price * (1 + p.side * k * p.add_threshold_atr / 100)),
        "You take `add_threshold_atr` for a percentage of the price. It counts ATRs.",
        ("sizes",),
        alike=(_wrong_risk(entry=lambda p, k: p.price * (1 + p.side * p.add_threshold_atr / 100) ** k),),
    ),
    Misconception(
        "compounded steps",
        _wrong_risk(entry=lambda p, k: p.price * (1 + p.side * p.add_threshold_atr * p.atr / p.price) ** k),
        "The steps grow from level to level: they are compounded as percentages. ATR is a distance in price, the same for every step.",
        ("sizes",),
    ),
    Misconception(
        "the stop never moves",
        _wrong_risk(stop=lambda p: p.e[0] - p.side * p.atr_stop_mult * p.atr),
        "The stop still stands behind the first entry. Each add-on brings it up behind the newest one, for all levels.",
        ("stop",),
    ),
    Misconception(
        "the stop behind the average entry",
        _wrong_risk(stop=lambda p: float(np.average(p.e, weights=p.q)) - p.side * p.atr_stop_mult * p.atr),
        "The stop stands behind the average entry. It belongs behind the newest one.",
        ("stop",),
        alike=(_wrong_risk(stop=lambda p: float(np.mean(p.e)) - p.side * p.atr_stop_mult * p.atr),),
    ),
    Misconception(
        "the stop at break-even",
        _wrong_risk(stop=lambda p: p.e[0] if p.n > 1 else p.e[0] - p.side * p.atr_stop_mult * p.atr),
        "After an add-on your stop stands at the first entry. That is another rule (break-even); here it trails the newest entry.",
        ("stop",),
    ),
    Misconception(
        "the stop one level late",
        _wrong_risk(stop=lambda p: p.e[max(p.n - 2, 0)] - p.side * p.atr_stop_mult * p.atr),
        "The stop is that of the level before the newest: it has not moved for the last add-on.",
        ("stop",),
    ),
    Misconception(
        "the stop below shorts",
        _wrong_risk(stop=lambda p: p.e[-1] - p.atr_stop_mult * p.atr),
        "The stop of a short lies below its entries. A short loses when the price rises, so its stop is above.",
        ("stop",),
    ),
    Misconception(
        "the stop one step behind",
        _wrong_risk(stop=lambda p: p.e[-1] - p.side * p.add_threshold_atr * p.atr),
        "The stop is `add_threshold_atr` ATR away. That is the distance between entries; the stop is `atr_stop_mult` ATR away.",
        ("stop",),
    ),
    Misconception(
        "nominal risk",
        _wrong_risk(stop_risk=lambda p: p.n * p.risk_per_level),
        "This is the nominal risk, levels times `risk_per_level`. It knows neither the smaller add-ons nor where the stop stands.",
        ("risk",),
    ),
    Misconception(
        "each level at its own first stop",
        _wrong_risk(stop_risk=lambda p: sum(p.q) * p.atr_stop_mult * p.atr / p.equity),
        "This counts a full stop distance for every level. The older entries are nearer to the common stop, or beyond it.",
        ("risk",),
    ),
    Misconception(
        "locked-in profit counted as risk",
        _wrong_risk(stop_risk=lambda p: sum(p.q * abs(p.e - p.stop)) / p.equity),
        "You ignore the sign of the distances. A level whose entry the stop has passed makes a profit there; it lowers the risk.",
        ("risk",),
    ),
    Misconception(
        "risk cut off at zero",
        _wrong_risk(stop_risk=lambda p: sum(p.q * np.maximum(p.side * (p.e - p.stop), 0)) / p.equity),
        "Levels that are already in profit at the stop count as nothing. Their profit offsets the loss of the others.",
        ("risk",),
    ),
    Misconception(
        "risk in money",
        _wrong_risk(
            stop_risk=lambda p: sum(p.q * p.side * (p.e - p.stop)), open_heat=lambda p: sum(p.q * p.side * (p.e[-1] - p.stop))
        ),
        "This is an amount of money. Divide it by equity.",
        ("risk",),
    ),
    Misconception(
        "risk in percent",
        _wrong_risk(
            stop_risk=lambda p: 100 * sum(p.q * p.side * (p.e - p.stop)) / p.equity,
            open_heat=lambda p: 100 * sum(p.q * p.side * (p.e[-1] - p.stop)) / p.equity,
        ),
        "A hundred times too large: this is in percent. Fractions are asked for, 0.005 for 0.5 %.",
        ("risk",),
    ),
    Misconception(
        "risk of shorts with the sign of longs",
        _wrong_risk(
            stop_risk=lambda p: sum(p.q * (p.e - p.stop)) / p.equity, open_heat=lambda p: sum(p.q * (p.e[-1] - p.stop)) / p.equity
        ),
        "For shorts the sign is turned round: `side` is missing from the sum. A short loses from its entry up to the stop.",
        ("risk",),
    ),
    Misconception(
        "profit and loss at the stop",
        _wrong_risk(
            stop_risk=lambda p: sum(p.q * p.side * (p.stop - p.e)) / p.equity,
            open_heat=lambda p: sum(p.q * p.side * (p.stop - p.e[-1])) / p.equity,
        ),
        "This is the profit at the stop, stop − entry. Risk is the loss: entry − stop, positive when money is lost.",
        ("risk",),
    ),
    Misconception(
        "plain average of the entries",
        _wrong_risk(stop_risk=lambda p: sum(p.q) * p.side * (np.mean(p.e) - p.stop) / p.equity),
        "The entries are averaged as if all levels were of one size. Weight each entry with its quantity, or sum level by level.",
        ("risk",),
    ),
    Misconception(
        "heat from the entries",
        _wrong_risk(open_heat=lambda p: sum(p.q * p.side * (p.e - p.stop)) / p.equity),
        "Your `open_heat` is the stop risk again. Heat is what the whole position gives back from the newest entry to the stop.",
        ("risk",),
    ),
    Misconception(
        "heat of the newest level alone",
        _wrong_risk(open_heat=lambda p: p.q[-1] * p.side * (p.e[-1] - p.stop) / p.equity),
        "Your `open_heat` counts only the newest level. When the price falls back to the stop, every level gives that distance back.",
        ("risk",),
    ),
    Misconception(
        "heat from the first entry",
        _wrong_risk(open_heat=lambda p: sum(p.q * p.side * (p.e[0] - p.stop)) / p.equity),
        "Your `open_heat` is measured from the first entry. The price stands at the newest one, and falls from there to the stop.",
        ("risk",),
    ),
    Misconception(
        "risk over the position's value",
        _wrong_risk(
            stop_risk=lambda p: sum(p.q * p.side * (p.e - p.stop)) / sum(p.q * p.e),
            open_heat=lambda p: sum(p.q * p.side * (p.e[-1] - p.stop)) / sum(p.q * p.e),
        ),
        "The loss is divided by the value of the position. What counts is the share of the whole account: divide by equity.",
        ("risk",),
        alike=(_wrong_risk(stop_risk=lambda p: sum(p.q * p.side * (p.e - p.stop)) / sum(p.q * p.e)),),
    ),
    Misconception(
        "always long",
        _wrong_risk(uses=[name for name in RISK_DEFAULTS if name != "side"]),
        "Your shorts are entered like longs: `side` has no effect there. A short adds as the price falls.",
    ),
    Misconception(
        "arguments ignored",
        _wrong_risk(uses=("side", "price", "equity", "risk_per_level")),
        "Some arguments have no effect: the stop multiple, the step, the ATR or the decay are written into the code as numbers.",
    ),
    Misconception(
        "the worked example written down",
        _worked_example,
        "Whatever it is asked, the function returns the figures of the worked example. Calculate them from the arguments.",
    ),
)
