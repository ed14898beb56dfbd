"""Prices that users bring.

Frames and CSV files as Yahoo, Stooq and others write them, made into the bars that the course uses.
"""

import warnings
from collections.abc import Mapping
from os import PathLike
from typing import IO

import numpy as np
import pandas as pd

from phase6 import _validation as valid

PRICES = valid.OHLC
TOLERANCE = 1e-6
"""Share of a price by which a high may lie below, or a low above, the day's other prices.

The rounding of adjusted data makes such differences.
"""
DATES = ("date", "datetime", "timestamp", "time", "day", "index")
"""Names under which a column of dates is looked for, in this order."""
NAMES: Mapping[str, str] = {"vol": "volume", "adjclose": "adj_close", "adjustedclose": "adj_close", "closeadj": "adj_close"}
"""Other names of columns, without spaces, underlines and angle brackets, in lower case."""
FIRST_DAY, LAST_DAY = pd.Timestamp("1678-01-01"), pd.Timestamp("2262-01-01")
"""Between them lie the dates that count nanoseconds."""
NOTHING = ("", "-", "nan", "n/a", "null")
"""Texts that say that there is no number."""
SPLITS = (1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 15.0, 20.0, 25.0, 30.0, 50.0, 100.0)
"""Ratios of splits; the inverse is a reverse split."""


def read_ohlcv(
    source: pd.DataFrame | str | PathLike[str] | IO[str],
    *,
    ticker: str | None = None,
    adjust: bool = False,
    tolerance: float = TOLERANCE,
    bars_per_year: float | None = None,
) -> pd.DataFrame:
    """Bars on increasing dates, from a frame or a CSV file.

    The columns are open, high, low, close, and volume where there is one. Names of columns count in
    any case, with spaces or not, in angle brackets, and in MultiIndex columns such as those of
    yfinance. Rows are sorted; of a date that comes twice the last row is kept; rows without any
    price are left out; a warning counts them. Another warning names moves between a close and the
    next open that look like a split. ``attrs["bars_per_year"]`` of the result is what every
    annualisation of the course, and funding, then uses.

    Parameters
    ----------
    source : DataFrame, path or open text file
        With a DatetimeIndex, or a column of dates.
    ticker : str, optional
        Which of several, where the columns hold more than one.
    adjust : bool
        Whether to multiply open, high, low and close by adjusted close / close, so that splits and
        dividends leave no jump.
    tolerance : float
        Share of the price by which high and low may miss the other prices; they are then moved onto
        them.
    bars_per_year : float, optional
        By default inferred from the dates: see :func:`bars_per_year_of`.

    Raises
    ------
    ValueError
        For anything that cannot be bars; it names the column, the row and the rule.
    """
    frame = source if isinstance(source, pd.DataFrame) else _read_csv(source)
    tolerance = valid.number("tolerance", tolerance, at_least=0, below=0.1)
    frame = _named(_one_ticker(frame, ticker))
    frame = frame.set_axis(_dates(frame), axis=0)
    wanted = [*PRICES, *(name for name in ("volume", "adj_close") if name in frame.columns)]
    missing = [name for name in PRICES if name not in frame.columns]
    if missing:
        raise ValueError(
            f"columns {', '.join(missing)} are missing; expected open, high, low and close in any case, found "
            f"{', '.join(map(str, frame.columns)) or 'none'}"
        )
    bars = pd.DataFrame({name: _numbers(frame[name]) for name in wanted}, index=frame.index)
    bars = _in_order(bars)
    if adjust:
        bars = _adjusted(bars)
    bars = valid.ohlcv(_within(bars.drop(columns="adj_close", errors="ignore"), tolerance))
    _warn_of_splits(bars)
    year = bars_per_year_of(bars.index) if bars_per_year is None else valid.number("bars_per_year", bars_per_year, above=0)
    bars.attrs = {"bars_per_year": year}
    return bars


def bars_per_year_of(dates: pd.Index) -> float:
    """Bars a year of increasing dates.

    252 for weekdays, 365 where weekends trade, 52 a week, 12 a month, 4 a quarter, 1 a year. Within
    a day: the usual number of bars on a day with bars, times 252, or 365 where weekends trade.

    Raises
    ------
    ValueError
        For fewer than two dates, or an index of something else.
    """
    if not isinstance(dates, pd.DatetimeIndex) or len(dates) < 2:
        raise ValueError(f"the index is a {type(dates).__name__} of {len(dates)} rows; expected at least 2 dates")
    days = float(np.median(np.diff(dates.as_unit("ns").asi8))) / 86_400e9
    if days > 1.5:
        longest = {52.0: 5.0, 12.0: 18.0, 4.0: 60.0, 1.0: 200.0}
        return max(((least, year) for year, least in longest.items() if days >= least), default=(0.0, float(valid.BARS_PER_YEAR)))[1]
    weekend = float((dates.day_of_week >= 5).mean()) > 0.1
    trading = 365.0 if weekend else float(valid.BARS_PER_YEAR)
    if days > 0.9:
        return trading
    each = pd.Series(1, index=dates).groupby(dates.normalize()).sum()
    return trading * float(each.median())


def _read_csv(source: str | PathLike[str] | IO[str]) -> pd.DataFrame:
    try:
        frame = pd.read_csv(source, skipinitialspace=True)
        first = str(frame.columns[0]).strip().lower() if len(frame.columns) else ""
        if first == "price" and len(frame) and str(frame.iloc[0, 0]).strip().lower() == "ticker":
            fields, tickers = frame.columns[1:], frame.iloc[0, 1:]
            body = frame.iloc[2 if str(frame.iloc[1, 0]).strip().lower() == "date" else 1 :]
            columns = pd.MultiIndex.from_arrays([[str(name).split(".")[0] for name in fields], tickers.astype(str)])
            frame = pd.DataFrame(body.iloc[:, 1:].to_numpy(), index=pd.Index(body.iloc[:, 0], name="date"), columns=columns)
    except OSError:
        raise
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ValueError(f"the file cannot be read as CSV ({reason}); expected a line of names, then a line a bar") from error
    return frame


def _plain(name: object) -> str:
    short = "".join(letter for letter in str(name).lower() if letter.isalnum())
    return NAMES.get(short, short)


def _one_ticker(frame: pd.DataFrame, ticker: str | None) -> pd.DataFrame:
    """The columns of one ticker, where the columns name several."""
    if not isinstance(frame.columns, pd.MultiIndex):
        if ticker is None or _plain("ticker") not in map(_plain, frame.columns):
            return frame
        (column,) = [name for name in frame.columns if _plain(name) == "ticker"][:1]
        kept = frame[frame[column].astype(str) == ticker]
        if not len(kept):
            raise ValueError(f"ticker is {ticker!r}; expected one of {_listed(frame[column])}")
        return kept
    levels = range(frame.columns.nlevels)
    frame = frame.set_axis(frame.columns.set_names([None] * len(levels)), axis=1)
    fields = [level for level in levels if set(PRICES) <= {_plain(value) for value in frame.columns.get_level_values(level)}]
    if not fields:
        raise ValueError(f"no level of the columns holds {', '.join(PRICES)}; expected that of one, found {list(frame.columns)[:6]}")
    others = [level for level in levels if level != fields[0]]
    names = [" ".join(str(column[level]) for level in others).strip() for column in frame.columns]
    known = list(dict.fromkeys(names))
    if ticker is None and len(known) > 1:
        raise ValueError(f"the columns hold {len(known)} tickers, {_listed(known)}; expected one, chosen by ticker=")
    if ticker is not None and ticker not in known:
        raise ValueError(f"ticker is {ticker!r}; expected one of {_listed(known)}")
    keep = np.array([name == (known[0] if ticker is None else ticker) for name in names])
    return frame.loc[:, keep].set_axis(frame.columns.get_level_values(fields[0])[keep], axis=1)


def _listed(names: object, most: int = 8) -> str:
    words = list(dict.fromkeys(str(name) for name in names))  # type: ignore[attr-defined]
    return ", ".join(words[:most]) + (f" and {len(words) - most} more" if len(words) > most else "")


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the course's names of columns.

    One that comes twice is refused if it is needed.
    """
    names = [_plain(name) for name in frame.columns]
    for name in (*PRICES, "volume", "adj_close"):
        if names.count(name) > 1:
            twice = [str(column) for column, plain in zip(frame.columns, names, strict=True) if plain == name]
            raise ValueError(f"columns {', '.join(twice)} are all {name}; expected one")
    return frame.set_axis(names, axis=1)


def _dates(frame: pd.DataFrame) -> pd.DatetimeIndex:
    """The bars' dates, from the index or from a column, without a time zone."""
    if isinstance(frame.index, pd.DatetimeIndex):
        found: pd.Series = pd.Series(frame.index)
        name = "index"
    else:
        column = next((name for name in DATES if name in frame.columns), None)
        if column is None and pd.api.types.is_numeric_dtype(frame.index.dtype):
            raise ValueError("there are no dates; expected a DatetimeIndex, or a column named Date")
        values = frame.index.to_series() if column is None else _first(frame, column)
        name = "index" if column is None else column
        if name == "date" and "time" in frame.columns:
            values = values.astype(str) + " " + _first(frame, "time").astype(str).str.zfill(6)
        found = pd.Series(values.to_numpy(), dtype=object)
    return _parsed(found, name)


def _first(frame: pd.DataFrame, column: str) -> pd.Series:
    found = frame[column]
    return found.iloc[:, 0] if isinstance(found, pd.DataFrame) else found


def _parsed(values: pd.Series, name: str) -> pd.DatetimeIndex:
    """Dates from strings, dates, or numbers like 20240131.

    Raises ValueError that names the first that is not a date.
    """

    def day(value: object) -> pd.Timestamp | None:
        text = str(value).strip()
        text = text.removesuffix(".0")
        form = {8: "%Y%m%d", 15: "%Y%m%d %H%M%S"}.get(len(text)) if text.replace(" ", "").isdigit() else None
        try:
            when = pd.to_datetime(text, format=form) if form or isinstance(value, str) else pd.Timestamp(value)
        except pd.errors.OutOfBoundsDatetime:  # as pandas 2 says of a date that nanoseconds do not reach
            return FIRST_DAY if isinstance(value, str) else None
        except (TypeError, ValueError, OverflowError):
            return None
        if not isinstance(when, pd.Timestamp) or (isinstance(value, (bool, float, int, np.number)) and form is None):
            return None
        return when.tz_localize(None)

    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        bad = values.isna().to_numpy()
        if bad.any():
            raise ValueError(f"{name} is missing in row {int(bad.argmax())}; expected a date in every row")
        found = list(values.dt.tz_localize(None))
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            found = [day(value) for value in values]
    for row, (value, when) in enumerate(zip(values, found, strict=True)):
        if when is None:
            raise ValueError(f"{name} is {value!r:.60} in row {row}; expected a date, like 2024-01-31")
        if not FIRST_DAY < when < LAST_DAY:
            raise ValueError(f"{name} is {value!r:.60} in row {row}; expected a date from 1678 to 2261")
    return pd.DatetimeIndex(found, name="date").as_unit("ns")


def _numbers(column: pd.Series) -> np.ndarray:
    """A column as floats: numbers, or text that says one, thousands apart by commas or not.

    It is NaN where there is nothing.
    """
    if pd.api.types.is_bool_dtype(column.dtype) or pd.api.types.is_datetime64_any_dtype(column.dtype):
        raise ValueError(f"{column.name} holds {column.dtype} values; expected numbers")
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_complex_dtype(column.dtype):
        numbers: np.ndarray = column.to_numpy(dtype=float, na_value=np.nan)
        return numbers
    found = np.empty(len(column))
    for row, value in enumerate(column):
        if any(value is nothing for nothing in (None, pd.NA, pd.NaT)) or (isinstance(value, str) and value.strip().lower() in NOTHING):
            found[row] = np.nan
            continue
        try:
            if isinstance(value, bool):
                raise TypeError
            found[row] = float(value.replace(",", "") if isinstance(value, str) else value)
        except (TypeError, ValueError, OverflowError):
            raise ValueError(f"{column.name} is {value!r:.60} at {column.index[row]}; expected a number") from None
    return found


def _in_order(bars: pd.DataFrame) -> pd.DataFrame:
    """The bars sorted, each date once, without rows that hold no price.

    A warning counts what was changed.
    """
    said = []
    empty = bars[list(PRICES)].isna().all(axis=1)
    if empty.any():
        said.append(f"{int(empty.sum())} rows without any price were left out")
        bars = bars[~empty]
    late = int((np.diff(bars.index.as_unit("ns").asi8) < 0).sum()) if len(bars) else 0
    if late:
        said.append(f"{late} rows came before an earlier one, and were sorted")
        bars = bars.sort_index(kind="stable")
    twice = bars.index.duplicated(keep="last")
    if twice.any():
        said.append(f"{int(twice.sum())} rows had the date of a later row, and were left out")
        bars = bars[~twice]
    if said:
        warnings.warn("; ".join(said), UserWarning, stacklevel=3)
    return bars


def _adjusted(bars: pd.DataFrame) -> pd.DataFrame:
    if "adj_close" not in bars:
        raise ValueError("there is no adjusted close; expected a column Adj Close for adjust=True")
    factor = bars["adj_close"] / bars["close"].where(bars["close"] > 0)
    return bars.assign(**{name: bars[name] * factor for name in PRICES})


def _within(bars: pd.DataFrame, tolerance: float) -> pd.DataFrame:
    """High and low, moved onto the day's other prices where they miss them by little.

    That is by no more than ``tolerance``, a share of the price.
    """
    top, bottom = bars[list(PRICES)].max(axis=1), bars[list(PRICES)].min(axis=1)
    high = bars["high"].where(~(top - bars["high"] <= tolerance * top.abs()), top)
    low = bars["low"].where(~(bars["low"] - bottom <= tolerance * bottom.abs()), bottom)
    return bars.assign(high=high.where(bars["high"].notna()), low=low.where(bars["low"].notna()))


def _warn_of_splits(bars: pd.DataFrame) -> None:
    """Warn of moves from a close to the next open that look like a split.

    They are nearly the ratio of a split, and far from usual; the warning names them.
    """
    moves = np.log(bars["open"].to_numpy()[1:] / bars["close"].to_numpy()[:-1])
    usual = float(np.median(np.abs(np.diff(np.log(bars["close"].to_numpy())))))
    ratios = np.log(np.array(SPLITS))
    nearest = ratios[np.abs(np.abs(moves)[:, None] - ratios).argmin(axis=1)]
    jumps = np.flatnonzero((np.abs(np.abs(moves) - nearest) < 0.05) & (np.abs(moves) > max(0.35, 8.0 * usual)))
    if not jumps.size:
        return
    row, ratio = int(jumps[0]), float(np.exp(nearest[jumps[0]]))
    kind = f"{ratio:g}:1 split" if moves[row] < 0 else f"1:{ratio:g} reverse split"
    more = f" (and {jumps.size - 1} more)" if jumps.size > 1 else ""
    warnings.warn(
        f"from {bars.index[row]:%Y-%m-%d} to {bars.index[row + 1]:%Y-%m-%d} the price goes from {bars['close'].iloc[row]:g} to "
        f"{bars['open'].iloc[row + 1]:g}{more}: that looks like a {kind}; expected prices adjusted for splits (adjust=True where "
        "there is a column Adj Close)",
        UserWarning,
        stacklevel=3,
    )
