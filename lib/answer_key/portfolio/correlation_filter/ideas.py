"""Wrong ideas about cutting twins: a filter in named steps, with one replaced."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from answer_key.exercise import Answer, Floats, Misconception
from answer_key.portfolio._statistics import windowed

Bools = NDArray[np.bool_]


def _any(values: Bools, axis: int | tuple[int, int]) -> Bools:
    return np.asarray(np.any(values, axis=axis))


class _Filter:
    """A filter in named steps by which twins keep half; subclasses replace one."""

    own = -2.0
    """What stands for an asset's correlation with itself."""
    warm_up = 1.0
    """What multiplies the weights before the first full window."""

    def __init__(self, returns: pd.DataFrame, base_weights: pd.Series, *, window: int = 60, threshold: float = 0.7) -> None:
        self.returns, self.window, self.threshold = returns, window, threshold
        self.base: Floats = base_weights.to_numpy(dtype=float)

    def weights(self) -> pd.DataFrame:
        """Weights of every row and asset."""
        related = self.correlations(self.values())
        known = ~_any(np.isnan(related), (1, 2))
        related = np.where(known[:, None, None], related, -1.0)
        related[:, range(len(self.base)), range(len(self.base))] = self.own
        weights = np.where(known[:, None], self.cut(self.twins(related), related), self.base)
        weights[: self.window] *= self.warm_up
        return pd.DataFrame(weights, index=self.returns.index, columns=self.returns.columns)

    def values(self) -> Floats:
        """What is correlated."""
        values: Floats = self.returns.to_numpy(dtype=float)
        return values

    def correlations(self, values: Floats) -> Floats:
        """Correlations in the window before each row: (rows, assets, assets)."""
        return windowed(values, self.window)[:-1]

    def over(self, related: Floats) -> Bools:
        """Pairs that are twins: (rows, assets, assets)."""
        return related > self.threshold

    def twins(self, related: Floats) -> Bools:
        """Assets that have a twin: (rows, assets)."""
        return _any(self.over(related), 2)

    def cut(self, twins: Bools, related: Floats) -> Floats:
        """Weights of every row and asset, those of twins cut."""
        return np.where(twins, 0.5 * self.base, self.base)


class _TodayInWindow(_Filter):
    def correlations(self, values: Floats) -> Floats:
        return windowed(values, self.window)[1:]


class _TodayFromFirstFullWindow(_Filter):
    def correlations(self, values: Floats) -> Floats:
        stack = windowed(values, self.window)[1:].copy()
        stack[: self.window] = np.nan
        return stack


class _WholeSample(_Filter):
    def correlations(self, values: Floats) -> Floats:
        stack = super().correlations(values)
        stack[self.window :] = np.corrcoef(values, rowvar=False)
        return stack


class _Centred(_Filter):
    def correlations(self, values: Floats) -> Floats:
        stack, window = windowed(values, self.window), self.window
        ahead = np.arange(window, len(values)) + window - window // 2
        return np.concatenate([stack[:window], stack[np.minimum(ahead, len(values))]])


class _Late(_Filter):
    def correlations(self, values: Floats) -> Floats:
        stack = windowed(values, self.window)
        return np.concatenate([stack[:1], stack[:-2]])


class _BeginsLate(_Filter):
    def correlations(self, values: Floats) -> Floats:
        stack = super().correlations(values).copy()
        stack[: self.window + 1] = np.nan
        return stack


class _Impatient(_Filter):
    def correlations(self, values: Floats) -> Floats:
        stack = super().correlations(values)
        for row in range(3, self.window):
            stack[row] = np.corrcoef(values[:row], rowvar=False)
        return stack


class _Growing(_Filter):
    def correlations(self, values: Floats) -> Floats:
        stack = super().correlations(values)
        for row in range(self.window, len(values)):
            stack[row] = np.corrcoef(values[:row], rowvar=False)
        return stack


class _Covariances(_Filter):
    def correlations(self, values: Floats) -> Floats:
        deviations: Floats = pd.DataFrame(values).rolling(self.window).std().shift(1).to_numpy()
        return super().correlations(values) * deviations[:, :, None] * deviations[:, None, :]


class _Squared(_Filter):
    def correlations(self, values: Floats) -> Floats:
        return super().correlations(values) ** 2


class _UnknownInWarmUp(_Filter):
    warm_up = float("nan")


class _NothingInWarmUp(_Filter):
    warm_up = 0.0


class _HedgesCut(_Filter):
    own = 0.0

    def twins(self, related: Floats) -> Bools:
        return super().twins(np.abs(related))


class _AverageCorrelation(_Filter):
    own = 0.0

    def twins(self, related: Floats) -> Bools:
        over: Bools = related.sum(axis=2) / (related.shape[1] - 1) > self.threshold
        return over


class _DiagonalCounts(_Filter):
    own = 1.0


class _OnePairCutsAll(_Filter):
    def twins(self, related: Floats) -> Bools:
        over = self.over(related)
        return np.broadcast_to(_any(over, (1, 2))[:, None], over.shape[:2])


class _PriceLevels(_Filter):
    def values(self) -> Floats:
        values: Floats = (1.0 + self.returns).cumprod().to_numpy()
        return values


class _LaterTwin(_Filter):
    def cut(self, twins: Bools, related: Floats) -> Floats:
        return super().cut(_any(np.tril(self.over(related), -1), 2), related)


class _LargerTwin(_Filter):
    def cut(self, twins: Bools, related: Floats) -> Floats:
        return super().cut(_any(self.over(related) & (self.base[:, None] > self.base[None, :]), 2), related)


class _TwinsRemoved(_Filter):
    def cut(self, twins: Bools, related: Floats) -> Floats:
        return np.where(twins, 0.0, self.base)


class _OneLessCorrelation(_Filter):
    def cut(self, twins: Bools, related: Floats) -> Floats:
        return np.where(twins, self.base * (1.0 - related.max(axis=2)), self.base)


class _HardlyCut(_Filter):
    def cut(self, twins: Bools, related: Floats) -> Floats:
        return np.where(twins, 0.9999 * self.base, self.base)


class _Renormalised(_Filter):
    def cut(self, twins: Bools, related: Floats) -> Floats:
        kept = super().cut(twins, related)
        scaled: Floats = kept * self.base.sum() / kept.sum(axis=1, keepdims=True)
        return scaled


class _GivenAway(_Filter):
    def cut(self, twins: Bools, related: Floats) -> Floats:
        kept = super().cut(twins, related)
        spare = (self.base.sum() - kept.sum(axis=1)) / np.maximum(1, (~twins).sum(axis=1))
        return kept + np.where(twins, 0.0, spare[:, None])


class _SharedEvenly(_Filter):
    def cut(self, twins: Bools, related: Floats) -> Floats:
        shared = (twins * self.base).sum(axis=1) / np.maximum(1, twins.sum(axis=1)) / 2.0
        return np.where(twins, shared[:, None], self.base)


class _Softened(_Filter):
    def cut(self, twins: Bools, related: Floats) -> Floats:
        count = np.maximum(self.over(related).sum(axis=2), 1)
        return np.where(twins, self.base * (1.0 - 0.5 / count), self.base)


class _MeanOfTwins(_Filter):
    def cut(self, twins: Bools, related: Floats) -> Floats:
        over = self.over(related)
        mean = np.where(over, related, 0.0).sum(axis=2) / np.maximum(over.sum(axis=2), 1)
        return np.where(twins, self.base * np.clip(1.4 - mean, 0.2, 0.9), self.base)


class _ShiftedWeights(_TodayInWindow):
    def weights(self) -> pd.DataFrame:
        return super().weights().shift(1)


class _NeverRestores(_Filter):
    def weights(self) -> pd.DataFrame:
        return super().weights().cummin()


class _FilterOfYesterday(_Filter):
    def weights(self) -> pd.DataFrame:
        return (super().weights() / self.base).cumprod() * self.base


def _filtered(kind: type[_Filter], **fixed: float) -> Answer:
    """Weights filtered in another way; arguments that are ``fixed`` have no effect."""
    return lambda returns, base_weights, **options: kind(returns, base_weights, **{**options, **fixed}).weights()


def _changes_base(returns: pd.DataFrame, base_weights: pd.Series, *, window: int = 60, threshold: float = 0.7) -> pd.DataFrame:
    answer = _Filter(returns, base_weights, window=window, threshold=threshold).weights()
    base_weights *= answer.iloc[-1] / base_weights * 0.5
    return answer


CORRELATION_MISCONCEPTIONS = (
    Misconception(
        "today's return is in the window",
        _filtered(_TodayInWindow),
        "Your window ends with the row itself, whose return the weight is going to earn. "
        "Shift by one row: it ends with the row before.",
        ("lag",),
        alike=(_filtered(_TodayFromFirstFullWindow),),
    ),
    Misconception(
        "correlation of the whole sample",
        _filtered(_WholeSample),
        "One correlation of all the data, future included, decides every row. "
        "Row t may use the `window` rows before it, no others.",
        ("lag",),
    ),
    Misconception(
        "window around the row",
        _filtered(_Centred),
        "Half of your window lies in the future: it is centred on the row. It must end with the row before.",
        ("lag",),
    ),
    Misconception(
        "lags twice",
        _filtered(_Late),
        "The window ends two rows before. One shift is enough: the return of the row before is known.",
        ("lag",),
    ),
    Misconception(
        "begins a row late",
        _filtered(_BeginsLate),
        "Your cuts begin one row late. Row `window`, counted from 0, has `window` rows before it: it can be cut already.",
        ("lag",),
    ),
    Misconception(
        "no weights in the warm-up",
        _filtered(_UnknownInWarmUp),
        "The rows before the first full window have no weight. With nothing known against an asset it keeps its base weight.",
        ("lag",),
    ),
    Misconception(
        "weight 0 in the warm-up",
        _filtered(_NothingInWarmUp),
        "The rows before the first full window have weight 0, so nothing is held. Keep the base weight there.",
        ("lag",),
    ),
    Misconception(
        "cuts before the window is full",
        _filtered(_Impatient),
        "You cut on the correlation of a few rows, which is mostly noise. Wait for `window` rows.",
        ("lag",),
    ),
    Misconception(
        "shifts the weights and leaves a hole",
        _filtered(_ShiftedWeights),
        "Shifting the weights by one row is right, but it leaves the first row empty. Fill it with the base weights.",
        ("lag",),
    ),
    Misconception(
        "the window grows",
        _filtered(_Growing),
        "Everything since the first row is in your window. Take the last `window` rows: old links are forgotten.",
    ),
    Misconception(
        "60 rows whatever the window",
        _filtered(_Filter, window=60),
        "60 is written into the function. Use `window`.",
    ),
    Misconception(
        "0.7 whatever the threshold",
        _filtered(_Filter, threshold=0.7),
        "0.7 is written into the function. Use `threshold`.",
    ),
    Misconception(
        "hedges are cut",
        _filtered(_HedgesCut),
        "You look at the absolute correlation. An asset that moves the other way is a hedge: it lowers risk and stays untouched.",
        ("untouched",),
    ),
    Misconception(
        "only the later twin is cut",
        _filtered(_LaterTwin),
        "The first column of a pair keeps its weight and the second pays. Which comes first is chance: cut both alike.",
        ("cut",),
    ),
    Misconception(
        "only the larger twin is cut",
        _filtered(_LargerTwin),
        "Only the larger of two twins is cut. Cut both by the same share.",
        ("cut",),
    ),
    Misconception(
        "twins are removed",
        _filtered(_TwinsRemoved),
        "Both twins are gone, and with them the bet they share. Each of a pair keeps at least 20 % of its base weight.",
        ("cut",),
    ),
    Misconception(
        "weight times 1 − ρ",
        _filtered(_OneLessCorrelation),
        "1 − ρ leaves next to nothing of close twins. Put a floor under it: each of a pair keeps at least 20 %.",
        ("cut",),
    ),
    Misconception(
        "weights are renormalised",
        _filtered(_Renormalised),
        "After the cut you scale all weights up to the old sum, "
        "which raises those that were to stay as they are. Leave the sum smaller.",
        ("untouched",),
    ),
    Misconception(
        "the cut is given to others",
        _filtered(_GivenAway),
        "What the twins lose goes to the other assets. It must stay in cash: no weight is above its base.",
        ("untouched",),
    ),
    Misconception(
        "twins share evenly",
        _filtered(_SharedEvenly),
        "Twins end with the same weight instead of the same share of their own base weight.",
        ("cut",),
    ),
    Misconception(
        "more twins, smaller cut",
        _filtered(_Softened),
        "The cut is divided among the twins, so an asset with two keeps more than with one. One more twin never raises a weight.",
        ("cut",),
    ),
    Misconception(
        "mean correlation of the twins",
        _filtered(_MeanOfTwins),
        "The cut goes by the mean correlation with all twins, so that a second, weaker twin raises the weight. "
        "One more twin never does.",
        ("cut",),
    ),
    Misconception(
        "hardly cut",
        _filtered(_HardlyCut),
        "Twins keep nearly all of their weight. Each keeps at most 95 % of it, and a pair 20 % at least.",
    ),
    Misconception(
        "average correlation",
        _filtered(_AverageCorrelation),
        "You compare the average correlation with all others. One twin is enough, however unlike the rest are: "
        "look at the largest.",
        ("cut",),
    ),
    Misconception(
        "nothing is cut",
        _filtered(_Covariances),
        "Nothing is cut, not even one of a pair. Do you compare covariances, which for daily returns are about 0.0001, or the average "
        "correlation with all others? One correlation above `threshold` is enough.",
    ),
    Misconception(
        "the diagonal counts",
        _filtered(_DiagonalCounts),
        "Every asset is cut, for each has a correlation of 1 with itself. Leave the diagonal out.",
        ("untouched", "cut"),
    ),
    Misconception(
        "one pair cuts all",
        _filtered(_OnePairCutsAll),
        "As soon as one pair is linked you cut every asset. Cut those two, leave the others.",
        ("untouched",),
    ),
    Misconception(
        "correlation of price levels",
        _filtered(_PriceLevels),
        "These are correlations of prices. Two unrelated prices that drift can look alike: correlate the returns.",
    ),
    Misconception(
        "correlation squared",
        _filtered(_Squared),
        "You compare the square of the correlation, which loses the sign and needs 0.84 to pass 0.7.",
    ),
    Misconception(
        "never restores",
        _filtered(_NeverRestores),
        "Once cut, a weight stays cut. When the twins part, each has its base weight again: every row starts from the base.",
        ("untouched",),
        alike=(_filtered(_FilterOfYesterday),),
    ),
    Misconception(
        "changes its inputs",
        _changes_base,
        "The caller's base weights are changed. Work on a copy.",
    ),
)
