"""What every check does.

Look at names, signatures, types and shapes, and say in a plain sentence what was expected. Nothing
here or beside it holds an answer: the worked examples are those that the prompts print.
"""

import copy
import datetime
import decimal
import inspect
import linecache
import math
import numbers as numbers_module
import operator
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

Array = np.ndarray
SCALARS = (float, int, str, bool, type(None))
SCALAR_TYPES = frozenset(SCALARS)
AGAIN = "\n\nTo try it again, paste into a cell:\n\n"
"""What stands between a message and the lines that make the failing call again."""
ANOTHER = "\n\nA practice case goes wrong, too. To try it, paste into a cell:\n\n"
"""The same where the message is about the prompt's example, and the lines about another call."""
DEEPEST = 6
"""How many levels of lists, tuples and dicts an answer may have."""
PLAIN: tuple[type, ...] = (
    *(float, int, str, complex, bytes, type(None), type(...), np.generic, range, type({}.keys()), type({}.values())),
    *(datetime.date, datetime.timedelta, pd.api.extensions.ExtensionArray, type(pd.NaT), type(pd.NA)),
)
UNEVALUATED: dict[str, Any] = {}
"""Has :func:`inspect.signature` leave annotations as text.

From Python 3.14 on they may name what does not exist.
"""
if sys.version_info >= (3, 14):
    import annotationlib

    UNEVALUATED["annotation_format"] = annotationlib.Format.STRING


class Hint(AssertionError):
    """What is wrong with an answer, in words for the student; ``str()`` is the whole message."""

    student_message = True
    misconception: str | None = None
    lines: str = ""
    """Code that makes the call that failed again."""

    def _render_traceback_(self) -> list[str]:
        return [f"✗ {self}"]


def fail(message: str) -> None:
    """Raise the hint."""
    raise Hint(message)


def need(holds: bool, message: str) -> None:
    """Raise the hint unless something holds."""
    if not holds:
        raise Hint(message)


def known_part(name: str, part: str | None, parts: Iterable[str]) -> None:
    """Raise ValueError unless a part is one that an exercise has; None stands for all of them."""
    if part is not None and part not in parts:
        raise ValueError(f"part is {part!r}; {name} has {', '.join(map(repr, parts))}")


def shown(value: object, limit: int = 90) -> str:
    """A value as a student would type it, cut where it is long."""
    if isinstance(value, float | np.floating):
        return f"{float(value):.6g}"
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return shown(value.item())
    if isinstance(value, pd.DataFrame):
        return f"a frame of {len(value)} rows and columns {list(value.columns)}"
    if isinstance(value, Sequence | np.ndarray | pd.Series) and not isinstance(value, str):
        items = [shown(item, 30) for item in (value.iloc if isinstance(value, pd.Series) else value)[:6]]
        return "[" + ", ".join(items) + (", …" if len(value) > 6 else "") + "]"
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def literal(value: object) -> str:
    """Code that makes a value again.

    Numbers at full precision, arrays and Series by NumPy's and pandas' names.
    """
    if isinstance(value, np.ndarray):
        return f"np.array({literal(value.tolist())})"
    if isinstance(value, pd.Series):
        plain = isinstance(value.index, pd.RangeIndex) and value.index.start == 0
        return f"pd.Series({literal(value.tolist())}" + (")" if plain else f", index={literal(value.index.tolist())})")
    if isinstance(value, list | tuple):
        items = ", ".join(map(literal, value))
        return f"[{items}]" if isinstance(value, list) else f"({items}{',' * (len(value) == 1)})"
    if isinstance(value, float | np.floating):
        return repr(float(value)) if math.isfinite(value) else f"float('{float(value)}')"
    return repr(value.item() if isinstance(value, np.generic) else value)


def replay(name: str, parameters: Sequence[str], args: Sequence[Any], kwargs: Mapping[str, Any], made: Mapping[str, str]) -> str:
    """Code that makes a call again: imports, arguments that are too long for one line, the call."""
    lines, typed = list(made.values()), []
    for place, (parameter, value) in enumerate([*zip(parameters, args, strict=False), *kwargs.items()]):
        code = parameter if parameter in made else literal(value)
        if parameter not in made and len(code) > 40:
            lines.append(f"{parameter} = {code}")
            code = parameter
        typed.append(code if place < len(args) else f"{parameter}={code}")
    lines.append(f"{name}({', '.join(typed)})")
    text = "\n".join(lines)
    needed = [
        *(["import numpy as np"] if "np." in text else []),
        *(["import pandas as pd"] if "pd." in text else []),
        *(["from phase6.checks import data"] if "data." in text else []),
        *(["from phase6.market import trend_ohlcv"] if "trend_ohlcv" in text else []),
    ]
    return "\n".join([*needed, text])


def own_line(error: BaseException) -> str:
    """Where in the student's own code an error came from, as `line N of your cell: …`.

    It is empty when that cannot be told.
    """
    for note in getattr(error, "__notes__", []):
        if str(note).startswith("line "):
            return str(note)
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if re.search(r"ipykernel_|<ipython|<string>|<answer", frame.filename):
            source = (frame.line or linecache.getline(frame.filename, frame.lineno or 0)).strip()
            return f"line {frame.lineno} of your cell: {source}" if source else f"line {frame.lineno} of your cell"
    return ""


def call(
    name: str, function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any], example: str | Callable[[], str]
) -> Any:
    """The function's result; its own exception becomes a hint that shows it with its line.

    ``example`` is the call as a student would type it, or makes it once it is needed.
    """
    try:
        return need_plain(name, function(*args, **kwargs))
    except NotImplementedError as error:
        raise Hint(f"`{name}` is not written yet: it raises NotImplementedError. Replace that line with your answer.") from error
    except Hint:
        raise
    except Exception as error:
        place = own_line(error)
        where = f" at {place}" if place else ""
        typed = example if isinstance(example, str) else example()
        raise Hint(f"`{typed}` raised {type(error).__name__}: {str(error)[:300]}{where}") from error


def need_plain(what: str, result: Any, depth: int = 0) -> Any:
    """The result, if it is of plain data all through.

    Otherwise raises a hint that names what is not, and what to write instead. Numbers are int,
    float, bool, complex and NumPy's scalars; a Fraction or a Decimal is none. Many values stand in
    a list, tuple, set, dict, range, array, Series, Index or frame; a generator, map or deque has to
    be made a list first. The grader takes the same, for it looks at answers from outside the
    student's process. A list that holds itself, as ``x.append(x)`` makes it, would fill the memory
    once it is made an array.
    """
    if type(result) in SCALAR_TYPES:
        return result
    if depth > DEEPEST:
        fail(f"{what.partition(',')[0]} holds lists more than {DEEPEST} levels deep. Was a list appended to itself?")
    inside = _inside(what, result)
    for name, value in inside or ():
        need_plain(name, value, depth + 1)
    if isinstance(result, numbers_module.Rational | decimal.Decimal) and not isinstance(result, int | np.generic):
        fail(f"{what} is {_a(result)}. Numbers are int, float or NumPy's here: return float(…) of it.")
    elif inside is None and not isinstance(result, PLAIN):
        fail(f"{what} is {_a(result)}, and not plain data. Return {'a list of it' if isinstance(result, Iterable) else 'numbers'}.")
    return result


def _inside(what: str, result: Any) -> Iterator[tuple[str, Any]] | None:
    """What is to be looked at inside a container, with its names; None where there is none."""
    if isinstance(result, list | tuple | set | frozenset):
        return ((f"{what}, position {place}", value) for place, value in enumerate(result) if type(value) not in SCALAR_TYPES)
    if isinstance(result, Mapping):
        return ((f"{what}, key {key!r}", value) for key, value in result.items() if type(value) not in SCALAR_TYPES)
    if isinstance(result, pd.DataFrame):
        columns = result.columns[[dtype.kind == "O" for dtype in result.dtypes]]
        return ((f"{what}, column {column!r}", list(result[column])) for column in columns)
    if isinstance(result, np.ndarray | pd.Series | pd.Index):
        return iter([(what, np.asarray(result, dtype=object).reshape(-1).tolist())] if result.dtype == object else [])
    return None


def cache_token(answer: object) -> object:
    """What is the same for all stand-ins of one answer in another process; None for no stand-in.

    Read where it stands: whatever a stand-in asks of the other process is the student's word.
    """
    return inspect.getattr_static(answer, "cache_token", None)


def need_function(name: str, answer: Any, parameters: Sequence[str]) -> None:
    """A callable that can be called with the contract's arguments by name."""
    need(answer is not None and answer is not Ellipsis, f"`{name}` is {answer!r}. Define a function of that name in the cell above.")
    need(callable(answer), f"`{name}` is a {type(answer).__name__}; expected a function. Was the name used for something else?")
    try:
        signature = inspect.signature(answer, **UNEVALUATED)
    except (TypeError, ValueError):
        return
    named = list(signature.parameters.values())
    if any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in named):
        return
    takes = {parameter.name for parameter in named if parameter.kind is not inspect.Parameter.POSITIONAL_ONLY}
    missing = [parameter for parameter in parameters if parameter not in takes]
    need(
        not missing,
        f"`{name}` does not take {' and '.join(f'`{parameter}`' for parameter in missing)}; "
        f"its arguments are {', '.join(f'`{parameter}`' for parameter in parameters)}.",
    )
    extra = [
        parameter.name
        for parameter in named
        if parameter.name not in parameters
        and parameter.default is inspect.Parameter.empty
        and parameter.kind is not inspect.Parameter.VAR_POSITIONAL
    ]
    need(not extra, f"`{name}` needs {' and '.join(f'`{parameter}`' for parameter in extra)}, which is never passed to it.")


def need_keys(name: str, result: Any, keys: Sequence[str]) -> Mapping[str, Any]:
    """A dict (or Series) that has every key; further keys do no harm."""
    if isinstance(result, pd.Series):
        result = result.to_dict()
    need(
        isinstance(result, Mapping),
        f"`{name}` returned {_a(result)}; expected a dict with the keys {', '.join(map(repr, keys))}.",
    )
    missing = [key for key in keys if key not in result]
    need(not missing, f"`{name}` returned no {' and no '.join(map(repr, missing))}; the keys are {', '.join(map(repr, keys))}.")
    found: Mapping[str, Any] = result
    return found


def _a(value: object) -> str:
    if value is None:
        return "None (is a `return` missing?)"
    return f"a {type(value).__name__}"


def _kind(value: object) -> str:
    return "None" if value is None else _a(value)


def number(what: str, value: Any) -> float:
    """One finite number as a float, from any kind of scalar."""
    need_plain(what, value)
    if isinstance(value, np.ndarray | pd.Series | list | tuple) and np.size(value) == 1:
        value = np.asarray(value).reshape(-1)[0]
    need(
        isinstance(value, int | float | np.number) and not isinstance(value, bool | np.bool_),
        f"{what} is {_kind(value)}; expected one number.",
    )
    result = float(value)
    need(not math.isnan(result), f"{what} is NaN; expected a number.")
    need(not math.isinf(result), f"{what} is infinite; expected a finite number.")
    return result


def numbers(what: str, value: Any, length: int | None = None, *, allow_nan: bool = False) -> Array:
    """A flat array of numbers from any sequence, with the length that was expected."""
    need(value is not None, f"{what} is None; expected a list of numbers.")
    need(not isinstance(value, str | Mapping), f"{what} is {_a(value)}; expected a list of numbers.")
    need_plain(what, value)
    if isinstance(value, set | frozenset | range | type({}.keys()) | type({}.values())):
        value = list(value)
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise Hint(f"{what} contains something that is not a number: {shown(value)}.") from None
    if array.ndim == 2 and 1 in array.shape:
        array = array.reshape(-1)
    array = np.atleast_1d(array)
    need(array.ndim == 1, f"{what} has {array.ndim} dimensions; expected a flat list of numbers.")
    if length is not None:
        need(len(array) == length, f"{what} should have {length} number{'s' * (length != 1)}, yours has {len(array)}.")
    if not allow_nan and not (finite := np.isfinite(array)).all():
        place = int(np.argmin(finite))
        fail(f"{what} is {array[place]} at position {place}; expected numbers.")
    return array


def table(name: str, result: Any, columns: Sequence[str], index: Sequence[Any]) -> pd.DataFrame:
    """A frame with the columns and, in the given order, one row per index entry."""
    need(
        isinstance(result, pd.DataFrame),
        f"`{name}` returned {_a(result)}; expected a DataFrame with columns {', '.join(map(repr, columns))}.",
    )
    missing = [column for column in columns if column not in result.columns]
    need(not missing, f"`{name}` has no column {' and no '.join(map(repr, missing))}; expected {', '.join(map(repr, columns))}.")
    need(len(result) == len(index), f"`{name}` should have {len(index)} rows, yours has {len(result)}.")
    try:
        same = np.allclose(np.asarray(result.index, dtype=float), np.asarray(index, dtype=float))
    except (TypeError, ValueError):
        same = list(result.index) == list(index)
    if not same:
        raise _wrong_index(name, list(result.index), list(index))
    return result


def _wrong_index(name: str, given: list[Any], index: list[Any]) -> Hint:
    """The hint about an index, with a name for the two usual slips."""
    slip, rule = None, ""
    if given == list(range(len(index))):
        slip = "row numbers in place of the index"
        rule = " The rows are numbered from 0, so the labels are missing: give the frame its `index`."
    elif sorted(map(str, given)) == sorted(map(str, index)):
        slip, rule = "rows in another order", " These are the right labels in another order: keep the order that was asked for."
    said = Hint(f"the index of `{name}` is {shown(given)}; expected {shown(index)}, in that order.{rule}")
    said.misconception = slip
    return said


def unchanged(name: str, before: object, after: object) -> None:
    """The function's inputs are as they were."""
    need(same_data(before, after), f"`{name}` changed its inputs. Work on a copy, or build something new.")


def same_data(first: Any, second: Any) -> bool:
    """Whether two pieces of plain data are equal, NaN equal to NaN."""
    kinds = pd.DataFrame | pd.Series | np.ndarray
    if isinstance(first, kinds) != isinstance(second, kinds):
        return False
    if isinstance(first, float) and isinstance(second, float):
        return bool(first == second) or (math.isnan(first) and math.isnan(second))
    if isinstance(first, pd.DataFrame | pd.Series):
        return type(first) is type(second) and first.equals(second)
    if isinstance(first, np.ndarray):
        return isinstance(second, np.ndarray) and first.shape == second.shape and bool(np.array_equal(first, second, equal_nan=True))
    if isinstance(first, Mapping):
        alike = isinstance(second, Mapping) and first.keys() == second.keys()
        return alike and all(same_data(first[key], second[key]) for key in first)
    if isinstance(first, list | tuple):
        if not isinstance(second, list | tuple) or len(first) != len(second):
            return False
        return all(map(operator.is_, first, second)) or all(map(same_data, first, second))
    return bool(first == second)


def close(got: float, wanted: float, *, relative: float = 1e-6, absolute: float = 1e-9) -> bool:
    """Whether two numbers agree within the contract's tolerance."""
    return math.isclose(got, wanted, rel_tol=relative, abs_tol=absolute)


def twin(value: Any) -> Any:
    """A deep copy of plain data."""
    if isinstance(value, SCALARS):
        return value
    if type(value) in (list, tuple):
        return type(value)(value if SCALAR_TYPES.issuperset(map(type, value)) else map(twin, value))
    return value.copy() if isinstance(value, np.ndarray | pd.Series | pd.DataFrame) else copy.deepcopy(value)
