"""An answer that solves nothing gets no point in any part of any exercise.

Such answers are NaN, an empty frame or the argument itself.
"""

import math

import numpy as np
import pandas as pd
import pytest
from answer_key import exercises
from answer_key.exercise import Exercise, WrongAnswer

NOTHINGS = {
    "NaN": math.nan, "empty list": [], "array of nothing": np.zeros((0, 3)), "NaN array": np.full(3, np.nan),
    "empty frame": pd.DataFrame(),
}


def first(*args, **kwargs):
    """Its argument."""
    return args[0] if args else None


@pytest.mark.parametrize("exercise", exercises().values(), ids=exercises())
def test_what_is_no_answer_gets_nothing(exercise):
    tried = dict(NOTHINGS)
    if isinstance(exercise, Exercise):
        tried = {name: (lambda *args, value=value, **kwargs: value) for name, value in NOTHINGS.items()} | {"its argument": first}
    for name, answer in tried.items():
        for part in exercise.parts:
            with pytest.raises(WrongAnswer):
                exercise.examine(answer, part, seed=5)
                pytest.fail(f"{name} passes {part}")
