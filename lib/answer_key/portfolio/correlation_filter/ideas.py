"""Wrong ideas about cutting twins: one right filter, with one step replaced at a time."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from answer_key.exercise import Misconception
from answer_key.portfolio._statistics import windowed


def _link(values: np.ndarray, window: int) -> np.ndarray:
    return windowed(values, window)[:-1]


def _covariances(values: np.ndarray, window: int) -> np.ndarray:
    deviations = pd.DataFrame(values).rolling(window).std().shift(1).to_numpy()
    covariances: np.ndarray = _link(values, window) * deviations[:, :, None] * deviations[:, None, :]
    return covariances


def _whole_sample(values: np.ndarray, window: int) -> np.ndarray:
    stack = _link(values, window)
    stack[window:] = np.corrcoef(values, rowvar=False)
    return stack


def _centred(values: np.ndarray, window: int) -> np.ndarray:
    stack = windowed(values, window)
    ahead = np.arange(window, len(values)) + window - window // 2
    return np.concatenate([stack[:window], stack[np.minimum(ahead, len(values))]])


def _today_from_the_first_full_window(values: np.ndarray, window: int) -> np.ndarray:
    stack = windowed(values, window)[1:].copy()
    stack[:window] = np.nan
    return stack


def _growing(values: np.ndarray, window: int) -> np.ndarray:
    stack = _link(values, window)
    for row in range(window, len(values)):
        stack[row] = np.corrcoef(values[:row], rowvar=False)
    return stack


def _impatient(values: np.ndarray, window: int) -> np.ndarray:
    stack = _link(values, window)
    for row in range(3, window):
        stack[row] = np.corrcoef(values[:row], rowvar=False)
    return stack


def _late(values: np.ndarray, window: int) -> np.ndarray:
    stack = windowed(values, window)
    return np.concatenate([stack[:1], stack[:-2]])


def _any_twin(related: np.ndarray, threshold: float) -> Any:
    return (related > threshold).any(axis=2)


def _everyone_with_a_pair(related: np.ndarray, threshold: float) -> Any:
    over: Any = related > threshold
    return np.broadcast_to(over.any(axis=(1, 2))[:, None], over.shape[:2])


def _halve(row: np.ndarray, twins: np.ndarray, related: np.ndarray, threshold: float) -> np.ndarray:
    return np.where(twins, 0.5 * row, row)


def _filter(
    returns: Any,
    base_weights: Any,
    window: int = 60,
    threshold: float = 0.7,
    *,
    values: Any = lambda returns: returns.to_numpy(dtype=float),
    relate: Any = _link,
    own: float = -2.0,
    twins: Any = _any_twin,
    cut: Any = _halve,
    warm: float = 1.0,
) -> pd.DataFrame:
    """The exercise with one idea replaced; twins keep half.

    ``relate`` gives (rows, assets, assets), ``cut`` (rows, assets).
    """
    row_base = base_weights.to_numpy(dtype=float)
    related = relate(values(returns), window)
    known = ~np.isnan(related).any(axis=(1, 2))
    related = np.where(known[:, None, None], related, -1.0)
    related[:, range(len(row_base)), range(len(row_base))] = own
    weights = cut(row_base, twins(related, threshold), related, threshold)
    weights = np.where(known[:, None], weights, row_base)
    weights[:window] *= warm
    return pd.DataFrame(weights, index=returns.index, columns=returns.columns)


def _filter_with(**idea: Any) -> Callable[..., Any]:
    return lambda returns, base_weights, *, window=60, threshold=0.7: _filter(returns, base_weights, window, threshold, **idea)


def _filter_fixed_window(returns: Any, base_weights: Any, *, window: Any = 60, threshold: Any = 0.7) -> Any:
    return _filter(returns, base_weights, 60, threshold)


def _filter_fixed_threshold(returns: Any, base_weights: Any, *, window: Any = 60, threshold: Any = 0.7) -> Any:
    return _filter(returns, base_weights, window, 0.7)


def _filter_shifted(returns: Any, base_weights: Any, *, window: Any = 60, threshold: Any = 0.7) -> Any:
    weights = _filter(returns, base_weights, window, threshold, relate=lambda values, window: windowed(values, window)[1:])
    return weights.shift(1)


def _filter_never_restores(returns: Any, base_weights: Any, *, window: Any = 60, threshold: Any = 0.7) -> Any:
    return _filter(returns, base_weights, window, threshold).cummin()


def _filter_of_yesterday(returns: Any, base_weights: Any, *, window: Any = 60, threshold: Any = 0.7) -> Any:
    shares = _filter(returns, base_weights, window, threshold) / base_weights
    return shares.cumprod() * base_weights


def _filter_in_place(returns: Any, base_weights: Any, *, window: Any = 60, threshold: Any = 0.7) -> Any:
    answer = _filter(returns, base_weights, window, threshold)
    base_weights *= answer.iloc[-1] / base_weights * 0.5
    return answer


def _later_twin(row: np.ndarray, twins: np.ndarray, related: np.ndarray, threshold: float) -> np.ndarray:
    return np.where(np.tril(related > threshold, -1).any(axis=2), 0.5 * row, row)


def _larger_twin(row: np.ndarray, twins: np.ndarray, related: np.ndarray, threshold: float) -> np.ndarray:
    return np.where(((related > threshold) & (row[:, None] > row[None, :])).any(axis=2), 0.5 * row, row)


def _renormalised(row: np.ndarray, twins: np.ndarray, related: np.ndarray, threshold: float) -> np.ndarray:
    kept = _halve(row, twins, related, threshold)
    scaled: np.ndarray = kept * row.sum() / kept.sum(axis=1, keepdims=True)
    return scaled


def _given_away(row: np.ndarray, twins: np.ndarray, related: np.ndarray, threshold: float) -> np.ndarray:
    kept = _halve(row, twins, related, threshold)
    spare = (row.sum() - kept.sum(axis=1)) / np.maximum(1, (~twins).sum(axis=1))
    return kept + np.where(twins, 0.0, spare[:, None])


def _split_evenly(row: np.ndarray, twins: np.ndarray, related: np.ndarray, threshold: float) -> np.ndarray:
    shared = (twins * row).sum(axis=1) / np.maximum(1, twins.sum(axis=1)) / 2.0
    return np.where(twins, shared[:, None], row)


def _softened(row: np.ndarray, twins: np.ndarray, related: np.ndarray, threshold: float) -> np.ndarray:
    count = np.maximum((related > threshold).sum(axis=2), 1)
    return np.where(twins, row * (1.0 - 0.5 / count), row)


def _mean_of_twins(row: np.ndarray, twins: np.ndarray, related: np.ndarray, threshold: float) -> np.ndarray:
    over = related > threshold
    mean = np.where(over, related, 0.0).sum(axis=2) / np.maximum(over.sum(axis=2), 1)
    return np.where(twins, row * np.clip(1.4 - mean, 0.2, 0.9), row)


CORRELATION_MISCONCEPTIONS = (
    Misconception(
        "today's return is in the window",
        _filter_with(relate=lambda values, window: windowed(values, window)[1:]),
        "Your window ends with the row itself, whose return the weight is going to earn. "
        "Shift by one row: it ends with the row before.",
        ("lag",),
        alike=(_filter_with(relate=_today_from_the_first_full_window),),
    ),
    Misconception(
        "correlation of the whole sample",
        _filter_with(relate=_whole_sample),
        "One correlation of all the data, future included, decides every row. "
        "Row t may use the `window` rows before it, no others.",
        ("lag",),
    ),
    Misconception(
        "window around the row",
        _filter_with(relate=_centred),
        "Half of your window lies in the future: it is centred on the row. It must end with the row before.",
        ("lag",),
    ),
    Misconception(
        "lags twice",
        _filter_with(relate=_late),
        "The window ends two rows before. One shift is enough: the return of the row before is known.",
        ("lag",),
    ),
    Misconception(
        "no weights in the warm-up",
        _filter_with(warm=float("nan")),
        "The rows before the first full window have no weight. With nothing known against an asset it keeps its base weight.",
        ("lag",),
    ),
    Misconception(
        "weight 0 in the warm-up",
        _filter_with(warm=0.0),
        "The rows before the first full window have weight 0, so nothing is held. Keep the base weight there.",
        ("lag",),
    ),
    Misconception(
        "cuts before the window is full",
        _filter_with(relate=_impatient),
        "You cut on the correlation of a few rows, which is mostly noise. Wait for `window` rows.",
        ("lag",),
    ),
    Misconception(
        "shifts the weights and leaves a hole",
        _filter_shifted,
        "Shifting the weights by one row is right, but it leaves the first row empty. Fill it with the base weights.",
        ("lag",),
    ),
    Misconception(
        "the window grows",
        _filter_with(relate=_growing),
        "Everything since the first row is in your window. Take the last `window` rows: old links are forgotten.",
    ),
    Misconception(
        "60 rows whatever the window",
        _filter_fixed_window,
        "60 is written into the function. Use `window`.",
    ),
    Misconception(
        "0.7 whatever the threshold",
        _filter_fixed_threshold,
        "0.7 is written into the function. Use `threshold`.",
    ),
    Misconception(
        "hedges are cut",
        _filter_with(own=0.0, twins=lambda related, threshold: (np.abs(related) > threshold).any(axis=2)),
        "You look at the absolute correlation. An asset that moves the other way is a hedge: it lowers risk and stays untouched.",
        ("untouched",),
    ),
    Misconception(
        "only the later twin is cut",
        _filter_with(cut=_later_twin),
        "The first column of a pair keeps its weight and the second pays. Which comes first is chance: cut both alike.",
        ("cut",),
    ),
    Misconception(
        "only the larger twin is cut",
        _filter_with(cut=_larger_twin),
        "Only the larger of two twins is cut. Cut both by the same share.",
        ("cut",),
    ),
    Misconception(
        "twins are removed",
        _filter_with(cut=lambda row, twins, related, threshold: np.where(twins, 0.0, row)),
        "Both twins are gone, and with them the bet they share. Each of a pair keeps at least 20 % of its base weight.",
        ("cut",),
    ),
    Misconception(
        "weight times 1 − ρ",
        _filter_with(cut=lambda row, twins, related, threshold: np.where(twins, row * (1.0 - related.max(axis=2)), row)),
        "1 − ρ leaves next to nothing of close twins. Put a floor under it: each of a pair keeps at least 20 %.",
        ("cut",),
    ),
    Misconception(
        "weights are renormalised",
        _filter_with(cut=_renormalised),
        "After the cut you scale all weights up to the old sum, "
        "which raises those that were to stay as they are. Leave the sum smaller.",
        ("untouched",),
    ),
    Misconception(
        "the cut is given to others",
        _filter_with(cut=_given_away),
        "What the twins lose goes to the other assets. It must stay in cash: no weight is above its base.",
        ("untouched",),
    ),
    Misconception(
        "twins share evenly",
        _filter_with(cut=_split_evenly),
        "Twins end with the same weight instead of the same share of their own base weight.",
        ("cut",),
    ),
    Misconception(
        "more twins, smaller cut",
        _filter_with(cut=_softened),
        "The cut is divided among the twins, so an asset with two keeps more than with one. One more twin never raises a weight.",
        ("cut",),
    ),
    Misconception(
        "mean correlation of the twins",
        _filter_with(cut=_mean_of_twins),
        "The cut goes by the mean correlation with all twins, so that a second, weaker twin raises the weight. "
        "One more twin never does.",
        ("cut",),
    ),
    Misconception(
        "hardly cut",
        _filter_with(cut=lambda row, twins, related, threshold: np.where(twins, 0.9999 * row, row)),
        "Twins keep nearly all of their weight. Each keeps at most 95 % of it, and a pair 20 % at least.",
    ),
    Misconception(
        "average correlation",
        _filter_with(own=0.0, twins=lambda related, threshold: related.sum(axis=2) / (related.shape[1] - 1) > threshold),
        "You compare the average correlation with all others. One twin is enough, however unlike the rest are: "
        "look at the largest.",
        ("cut",),
    ),
    Misconception(
        "nothing is cut",
        _filter_with(relate=_covariances),
        "Nothing is cut, not even one of a pair. Is it covariances that you compare? Those of daily returns are about "
        "0.0001 and never reach 0.7; correlation divides by both deviations.",
    ),
    Misconception(
        "the diagonal counts",
        _filter_with(own=1.0),
        "Every asset is cut, for each has a correlation of 1 with itself. Leave the diagonal out.",
        ("untouched", "cut"),
    ),
    Misconception(
        "one pair cuts all",
        _filter_with(twins=_everyone_with_a_pair),
        "As soon as one pair is linked you cut every asset. Cut those two, leave the others.",
        ("untouched",),
    ),
    Misconception(
        "correlation of price levels",
        _filter_with(values=lambda returns: (1.0 + returns).cumprod().to_numpy()),
        "These are correlations of prices. Two unrelated prices that drift can look alike: correlate the returns.",
    ),
    Misconception(
        "correlation squared",
        _filter_with(relate=lambda values, window: _link(values, window) ** 2),
        "You compare the square of the correlation, which loses the sign and needs 0.84 to pass 0.7.",
    ),
    Misconception(
        "never restores",
        _filter_never_restores,
        "Once cut, a weight stays cut. When the twins part, each has its base weight again: every row starts from the base.",
        ("untouched",),
        alike=(_filter_of_yesterday,),
    ),
    Misconception(
        "changes its inputs",
        _filter_in_place,
        "The caller's base weights are changed. Work on a copy.",
    ),
)
