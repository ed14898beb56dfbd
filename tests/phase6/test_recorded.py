"""Both bar-by-bar engines against results recorded before they were rewritten, fill by fill.

The markets are sums of whole 64ths, so that they are the same on every machine. ``python
tests/phase6/test_recorded.py`` records again what the library does now; look at the difference
before you commit it.
"""

import json
import random
from pathlib import Path

import pandas as pd
import pytest
from phase6.pyramiding import run_pyramid_backtest
from phase6.scaling import scale_in_out_simulation

RECORDED = Path(__file__).with_name("recorded.json")
NUMBERS = range(30)


def market(number, bars=160):
    """Bars of a walk with drifts that last.

    Every third market has gaps large enough to jump stops and to ruin.
    """
    rng = random.Random(number)
    price, drift, rows = 6_400, 0, []
    for _ in range(bars):
        if rng.random() < 0.04:
            drift = rng.randint(-70, 70)
        gap = rng.randint(-2_500, 2_500) if number % 3 == 0 and rng.random() < 0.2 else rng.randint(-20, 20)
        opened = max(price + gap, 640)
        price = max(opened + drift + rng.randint(-90, 90), 640)
        high, low = max(opened, price) + rng.randint(0, 60), max(min(opened, price) - rng.randint(0, 60), 320)
        rows.append([each / 64 for each in (opened, high, low, price)])
    return pd.DataFrame(rows, columns=["open", "high", "low", "close"], index=pd.bdate_range("2024-01-01", periods=bars))


def pyramid(number):
    rng = random.Random(1_000 + number)
    result = run_pyramid_backtest(
        market(number),
        max_levels=rng.randint(1, 6),
        leverage=12.0 if number % 3 == 0 else rng.choice([1.0, 3.0]),
        risk_per_level=0.2 if number % 3 == 0 else rng.choice([0.005, 0.02]),
        atr_stop_mult=rng.choice([1.0, 2.0, 3.5]),
        add_threshold_atr=rng.choice([0.0, 0.5, 1.0]),
        max_total_risk=1.0 if number % 3 == 0 else rng.choice([0.01, 0.02]),
        cost_bps=rng.choice([0.0, 5.0, 50.0]),
        funding_rate=rng.choice([0.0, 0.25]),
        reentry=rng.choice(["next_bar", "fresh_cross"]),
        fast=rng.randint(2, 10),
        slow=rng.randint(11, 40),
    )
    fills = [[fill.bar, fill.price, fill.quantity, fill.reason, fill.level] for fill in result.fill_list]
    return {"equity": result.equity.iloc[::20].tolist(), "risk": result.stop_risk.iloc[::20].tolist(), "fills": fills}


def scaled(number):
    rng = random.Random(2_000 + number)
    targets = rng.randint(0, 3)
    result = scale_in_out_simulation(
        market(number),
        rng.randint(0, 60),
        direction=rng.choice([1, -1]),
        entry_splits=[0.5, 0.3, 0.2][: rng.randint(1, 3)],
        entry_spacing_pct=rng.choice([0.0, 0.01, 0.03]),
        exit_levels=[0.02, 0.05, 0.1][:targets],
        exit_splits=[0.33, 0.33, 0.34][:targets],
        stop_loss_pct=rng.choice([0.01, 0.05]),
        averaging=rng.choice(["up", "down"]),
        risk_budget=rng.choice([0.02, 0.5]),
        leverage=rng.choice([5.0, 20.0]),
        cost_bps=rng.choice([0.0, 10.0]),
    )
    fills = [[bar, price, quantity, reason, 0] for bar, price, quantity, reason, _ in result.fill_list]
    return {"equity": result.equity.iloc[::20].tolist(), "risk": result.realised.iloc[::20].tolist(), "fills": fills}


ENGINES = {"pyramid": pyramid, "scaled": scaled}


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("engine", ENGINES)
def test_the_engines_do_what_they_did(engine, number):
    now, then = ENGINES[engine](number), json.loads(RECORDED.read_text())[engine][number]
    assert [[bar, reason, level] for bar, _, _, reason, level in now["fills"]] == [
        [bar, reason, level] for bar, _, _, reason, level in then["fills"]
    ]
    for place in (1, 2):
        assert [fill[place] for fill in now["fills"]] == pytest.approx([fill[place] for fill in then["fills"]], rel=1e-9)
    assert now["equity"] == pytest.approx(then["equity"], rel=1e-9)
    assert now["risk"] == pytest.approx(then["risk"], rel=1e-9, abs=1e-12)


def test_the_record_holds_every_reason():
    then = json.loads(RECORDED.read_text())
    reasons = {engine: {fill[3] for each in then[engine] for fill in each["fills"]} for engine in ENGINES}
    assert reasons["pyramid"] == {"entry", "add", "stop", "reversal", "liquidation"}
    assert reasons["scaled"] >= {"entry", "target", "stop"}


if __name__ == "__main__":
    RECORDED.write_text(json.dumps({name: [run(number) for number in NUMBERS] for name, run in ENGINES.items()}) + "\n")
