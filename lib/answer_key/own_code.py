"""Changes of a student's own function, one place at a time.

A slip is one wrong place in code that is right otherwise: the code with another comparison,
variable, number or order of steps there is right. :func:`changes` lists such changes of a text, the
likeliest first; :mod:`answer_key.mending` tries them. (Repair by single changes: Debroy and Wong,
"Using mutation to automatically suggest fixes for faulty programs", 2010.)
"""

import ast
import contextlib
import itertools
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

LONGEST = 8000
"""Characters of a function beyond which nothing is changed in it."""
MOST, MOST_TEXT = 25_000, 5_000_000
"""Changes of one function, and characters in them, beyond which no more are listed."""
COMPARISON, OPERATION, LEFT_OUT, TOO_MUCH, FIGURE, PLACE, ORDER = (
    "a comparison",
    "an operation",
    "something left out",
    "something too much",
    "another figure",
    "another element",
    "the order of steps",
)
"""Kinds of changes, named by what is wrong in the student's code."""


@dataclass(frozen=True)
class Change:
    """Pieces of a function's text and what stands in their place.

    ``edits`` are (first, end, new) in bytes of ``before``, which is UTF-8. ``rank`` orders changes,
    the likeliest first; ``description`` says what is changed, and in which line.
    """

    kind: str
    rank: int
    description: str
    before: bytes
    edits: tuple[tuple[int, int, str], ...]

    @property
    def text(self) -> str:
        """The changed text."""
        text = self.before
        for first, end, new in sorted(self.edits, reverse=True):
            text = text[:first] + new.encode() + text[end:]
        return text.decode()


ALIKE = (
    ("min", "max", "sum"),
    ("mean", "sum", "median", "prod"),
    ("cumsum", "cumprod", "cummax", "cummin"),
    ("maximum", "minimum", "add"),
    ("std", "var"),
    ("floor", "ceil", "round", "trunc"),
    ("any", "all"),
    ("first", "last"),
    ("ffill", "bfill"),
    ("rolling", "expanding"),
    ("log", "log1p"),
    ("exp", "expm1"),
    ("loc", "iloc"),
    ("diff", "pct_change"),
)
"""Names of functions and methods that are taken for one another."""
SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.FloorDiv: "//", ast.Mod: "%",
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}
NUMBERS = ("0", "1", "-1", "2", "0.5", "100", "252")
LIBRARIES = ("np", "pd", "math", "numpy", "pandas")
_AXIS = ("axis=0", "axis=1")
MORE = {
    **dict.fromkeys(("sum", "mean", "max", "min", "prod", "cumsum", "cumprod", "any", "all"), _AXIS),
    **dict.fromkeys(("std", "var"), ("ddof=0", "ddof=1", *_AXIS)),
    **{"shift": ("1", "2", "-1"), "ewm": ("adjust=False",)},
}
"""Arguments that may be missing, by the name of a function or method."""
WRAPS = (
    *("abs({})", "-({})", "max({}, 0)", "min({}, 1)", "({}) ** 0.5", "({}) ** 2"),
    *("({}) + 1", "({}) - 1", "({}) * 100", "({}) / 100"),
)
ON_TABLES = ("({}).shift(1)", "({}).shift(-1)", "({}).abs()", "({})[::-1]", "({})[1:]", "({})[:-1]", "sorted({})", "({}).dropna()")
WITH = ("({0}) * {1}", "({0}) / {1}", "({0}) + {1}", "({0}) - {1}", "min({0}, {1})", "max({0}, {1})")
MANY = 12
"""Variables that are tried in place of one another at most."""


def shown(text: str, most: int = 70) -> str:
    """A piece of code on one line, its middle left out where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most // 2]} … {line[-most // 2 :]}"


Node = ast.expr | ast.stmt | ast.keyword


class _Enough(Exception):
    """Raised after as many changes as are listed of one function."""


class _Text:
    """A function's text, with the place of every node in it."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.bytes = source.encode()
        self.lines = self.bytes.splitlines(keepends=True)
        self.starts = [0, *itertools.accumulate(map(len, self.lines))]
        self.tree = ast.parse(source)
        self.changes = self.written = 0

    def first(self, node: Node) -> int:
        """Where a node begins, in bytes."""
        return self.starts[node.lineno - 1] + node.col_offset

    def end(self, node: Node) -> int:
        """Where it ends."""
        return self.starts[(node.end_lineno or 1) - 1] + (node.end_col_offset or 0)

    def of(self, node: Node) -> str:
        """Its own text."""
        return self.bytes[self.first(node) : self.end(node)].decode()

    def change(self, kind: str, rank: int, node: Node, new: str) -> Change:
        """One node's text replaced."""
        description = f"line {node.lineno} needs `{shown(new)}` in place of `{shown(self.of(node))}`"
        return self.edited(kind, rank, description, (self.first(node), self.end(node), new))

    def edited(self, kind: str, rank: int, description: str, *edits: tuple[int, int, str]) -> Change:
        """A change of any pieces; raises _Enough after as many as are listed."""
        self.changes += 1
        self.written += sum(len(new) for _, _, new in edits) + len(description)
        if self.changes > MOST or self.written > MOST_TEXT:
            raise _Enough
        return Change(kind, rank, description, self.bytes, edits)

    def whole(self, step: ast.stmt) -> tuple[int, int]:
        """Where the lines of a statement begin and end, from its decorators or keyword."""
        return self.starts[step.lineno - 1], self.starts[step.end_lineno or step.lineno]


def _stored(function: ast.FunctionDef) -> set[str]:
    """Names that a function stores."""
    return {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def _variables(function: ast.FunctionDef) -> list[str]:
    """Parameters and names that a function stores, those it uses most first."""
    given, stored = function.args, _stored(function)
    names = [argument.arg for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    used = [node.id for node in ast.walk(function) if isinstance(node, ast.Name)]
    every = list(dict.fromkeys([*names, *(name for name in used if name in stored)]))
    return sorted(every, key=lambda name: -used.count(name))[:MANY]


def _expressions(function: ast.FunctionDef) -> Iterator[ast.expr]:
    """Expressions that are read, outermost first; no annotations, no names of functions called."""
    waiting: list[ast.AST] = [*(value for value in (*function.args.defaults, *function.args.kw_defaults) if value), *function.body]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.expr) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            yield node
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list") or isinstance(node, ast.JoinedStr):
                continue
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, ast.AST):
                    waiting.append(each)


def _operations(text: _Text, node: ast.expr) -> Iterator[Change]:
    """Another comparison or operation, or one of its sides left out."""
    if isinstance(node, ast.BinOp):
        yield from _binary(text, node)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        left, right = text.of(node.left), text.of(node.comparators[0])
        here = SIGNS.get(type(node.ops[0]), "")
        for sign in ("<", "<=", ">", ">=", "==", "!=") if here else ():
            if sign != here:
                rank = 0 if sign[0] == here[0] else 3 if sign in ("==", "!=") else 1
                yield text.change(COMPARISON, rank, node, f"{left} {sign} {right}")
    elif isinstance(node, ast.BoolOp):
        sign, other = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        sides = [f"({text.of(each)})" for each in node.values]
        yield text.change(COMPARISON, 1, node, f" {other} ".join(sides))
        for place in range(len(sides)):
            yield text.change(TOO_MUCH, 1, node, f" {sign} ".join(sides[:place] + sides[place + 1 :]))
    elif isinstance(node, ast.UnaryOp) and not isinstance(node.operand, ast.Constant):
        yield text.change(TOO_MUCH, 1, node, text.of(node.operand))
    elif isinstance(node, ast.IfExp):
        first, second = text.of(node.body), text.of(node.orelse)
        yield text.change(TOO_MUCH, 1, node, first)
        yield text.change(TOO_MUCH, 1, node, second)
        yield text.change(COMPARISON, 1, node, f"({second}) if ({text.of(node.test)}) else ({first})")


def _binary(text: _Text, node: ast.BinOp) -> Iterator[Change]:
    left, right = text.of(node.left), text.of(node.right)
    here = SIGNS.get(type(node.op), "")
    for sign in ("+", "-", "*", "/", "**") if here else ():
        if sign != here:
            yield text.change(OPERATION, 1, node, f"({left}) {sign} ({right})")
    if here in ("-", "/", "**"):
        yield text.change(OPERATION, 1, node, f"({right}) {here} ({left})")
    yield text.change(TOO_MUCH, 1, node, left)
    yield text.change(TOO_MUCH, 1, node, f"-({right})" if here == "-" else right)
    if here == "/":
        yield text.change(OPERATION, 2, node, f"({left}) / ({right}) - 1")


def _calls(text: _Text, node: ast.Call) -> Iterator[Change]:
    """Another function, or what is given to it in its place."""
    called = text.of(node.func)
    owner = text.of(node.func.value) if isinstance(node.func, ast.Attribute) else ""
    name = called.removeprefix(f"{owner}.")
    if owner and owner not in LIBRARIES:
        yield text.change(TOO_MUCH, 1, node, owner)
    elif node.args:
        yield text.change(TOO_MUCH, 1, node, text.of(node.args[0]))
    for other in dict.fromkeys(each for group in ALIKE if name in group for each in group):
        if other != name:
            yield text.change(OPERATION, 1, node, (f"{owner}.{other}" if owner else other) + text.of(node)[len(called) :])
    yield from _arguments(text, node, called, name)


def _arguments(text: _Text, node: ast.Call, called: str, name: str) -> Iterator[Change]:
    """Other arguments of a call."""

    def with_arguments(kind: str, rank: int, *given: str) -> Change:
        return text.change(kind, rank, node, f"{called}({', '.join(given)})")

    every: list[Node] = [*node.args, *node.keywords]
    given = [text.of(each) for each in every]
    for place in range(len(given)):
        if len(given) > 1 or isinstance(node.func, ast.Attribute):
            yield with_arguments(TOO_MUCH, 2, *given[:place], *given[place + 1 :])
    for one, other in itertools.combinations(range(len(node.args)), 2):
        turned = list(given)
        turned[one], turned[other] = turned[other], turned[one]
        yield with_arguments(PLACE, 2, *turned)
    for more in MORE.get(name, ()):
        yield with_arguments(LEFT_OUT, 2, *([] if name == "shift" else given), more)
    if name == "range" and given:
        *before, last = given
        yield with_arguments(PLACE, 1, *before, f"({last}) + 1")
        yield with_arguments(PLACE, 1, *before, f"({last}) - 1")
        if not before:
            yield with_arguments(PLACE, 1, "1", last)
            yield with_arguments(PLACE, 1, "1", f"({last}) + 1")


def _elements(text: _Text, node: ast.Subscript) -> Iterator[Change]:
    """Another element or slice."""
    value, place = text.of(node.value), node.slice
    if isinstance(place, ast.Slice):
        low, high = (text.of(each) if each else "" for each in (place.lower, place.upper))
        others = ["", f"{low}:", f":{high}", "1:", ":-1"]
        others += [f"({low}) + 1:{high}", f"({low}) - 1:{high}"] if low else []
        others += [f"{low}:({high}) + 1", f"{low}:({high}) - 1"] if high else []
        for new in dict.fromkeys(others):
            yield text.change(PLACE, 1, node, f"{value}[{new}]" if new else value)
    elif not isinstance(place, ast.Tuple) and not (isinstance(place, ast.Constant) and isinstance(place.value, str)):
        here = text.of(place)
        for new in (f"{here} - 1", f"{here} + 1", "0", "-1"):
            if new != here:
                yield text.change(PLACE, 1, node, f"{value}[{new}]")


def _figures(text: _Text, node: ast.expr, variables: list[str], words: Iterable[str]) -> Iterator[Change]:
    """Another variable, number or string."""
    rank, others = 3, list[str]()
    if isinstance(node, ast.Name) and node.id in variables:
        others = ["0", "1", *variables]
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        others = [repr(other) for other in words if other != node.value]
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        rank, others = 1, [str(not node.value)]
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        near = (f"{value:g}" for value in (node.value + 1, node.value - 1, node.value / 100, node.value * 100))
        others = [*NUMBERS, *near, *variables]
    elif isinstance(node, ast.Call | ast.Subscript | ast.BinOp):
        others = variables
    for other in dict.fromkeys(others):
        if other != text.of(node):
            yield text.change(FIGURE, 2 if isinstance(node, ast.Name) and other in variables else rank, node, other)


def _more(text: _Text, node: ast.expr, variables: list[str]) -> Iterator[Change]:
    """Something more done to a figure."""
    here = text.of(node)
    known = here in variables if isinstance(node, ast.Name) else here not in LIBRARIES
    if known and isinstance(node, ast.Name | ast.Call | ast.Subscript | ast.BinOp | ast.Attribute | ast.UnaryOp):
        for form in (*WRAPS, *ON_TABLES):
            yield text.change(LEFT_OUT, 3, node, form.format(here))
        for other, form in itertools.product(variables, WITH):
            if other != here:
                yield text.change(LEFT_OUT, 4, node, form.format(here, other))


def _blocks(function: ast.FunctionDef) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(function):
        for name in ("body", "orelse"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                yield block


def _steps(text: _Text, function: ast.FunctionDef, variables: list[str]) -> Iterator[Change]:
    """Steps left out, put in, or moved."""
    blocks = list(_blocks(function))
    alone = {
        id(step)
        for block in blocks
        for step in block
        if not text.lines[step.lineno - 1][: step.col_offset].strip()
        and not text.lines[(step.end_lineno or step.lineno) - 1][step.end_col_offset :].split(b"#")[0].strip()
    }
    places: dict[int, tuple[int, int]] = {}
    for block in blocks:
        for step in block:
            if id(step) in alone:
                first, end = text.whole(step)
                places.setdefault(first, (step.col_offset, step.lineno))
                places.setdefault(end, (step.col_offset, (step.end_lineno or step.lineno) + 1))
    for block in blocks:
        for step in block:
            if id(step) not in alone or isinstance(step, ast.FunctionDef) or step is function:
                continue
            yield from _step(text, step)
            yield from _moved(text, step, places)
    stored = _stored(function)
    names = [name for name in variables if name in stored]
    for at, (indent, line) in places.items():
        for what in (*(f"{name} = 0" for name in names), "break", "continue"):
            description = f"`{what}` is missing before line {line}"
            yield text.edited(LEFT_OUT, 4, description, (at, at, " " * indent + what + "\n"))


def _step(text: _Text, step: ast.stmt) -> Iterator[Change]:
    """One step left out, or its condition or assignment changed."""
    first, end = text.first(step), text.end(step)
    old = shown(text.of(step).splitlines()[0])
    yield text.edited(TOO_MUCH, 0, f"line {step.lineno}, `{old}`, has to go", (first, end, "pass"))
    if isinstance(step, ast.AugAssign):
        target, value = text.of(step.target), text.of(step.value)
        yield text.change(OPERATION, 1, step, f"{target} = {value}")
        here = SIGNS.get(type(step.op), "")
        for sign in ("+", "-", "*", "/"):
            if sign != here:
                yield text.change(OPERATION, 1, step, f"{target} {sign}= {value}")
    elif isinstance(step, ast.Assign) and len(step.targets) == 1 and not isinstance(step.targets[0], ast.Tuple):
        target, value = text.of(step.targets[0]), text.of(step.value)
        for sign in ("+=", "-=", "*="):
            yield text.change(OPERATION, 2, step, f"{target} {sign} {value}")
    elif isinstance(step, ast.If | ast.While):
        cases = ((COMPARISON, f"not ({text.of(step.test)})"), (TOO_MUCH, "True"), *(((TOO_MUCH, "False"),) if step.orelse else ()))
        for kind, new in cases:
            yield text.change(kind, 1, step.test, new)
        word, other = ("if", "while") if isinstance(step, ast.If) else ("while", "if")
        if text.bytes.startswith(b"elif", first):
            description = f"line {step.lineno} needs `if` in place of `elif`"
            yield text.edited(ORDER, 1, description, (first, first + 4, "if"))
        elif not step.orelse:
            description = f"line {step.lineno} needs `{other}` in place of `{word}`"
            yield text.edited(ORDER, 1, description, (first, first + len(word), other))
    elif isinstance(step, ast.For):
        items = text.of(step.iter)
        for form in ("reversed(list({}))", "sorted({})", "list({})[1:]", "list({})[:-1]"):
            yield text.change(PLACE, 2, step.iter, form.format(items))


def _moved(text: _Text, step: ast.stmt, places: dict[int, tuple[int, int]]) -> Iterator[Change]:
    """A step at every other place, with the indentation that holds there."""
    first, end = text.whole(step)
    body = textwrap.dedent(text.bytes[first:end].decode())
    old = shown(text.of(step).splitlines()[0])
    for at, (indent, line) in places.items():
        if not first <= at <= end:
            moved = textwrap.indent(body if body.endswith("\n") else body + "\n", " " * indent)
            description = f"line {step.lineno}, `{old}`, belongs before line {line}"
            yield text.edited(ORDER, 3, description, (first, end, ""), (at, at, moved))


def _alike(found: list[Change], text: _Text) -> Iterator[Change]:
    """The same replacement wherever the same piece stands."""
    same: dict[tuple[str, str, str], list[Change]] = {}
    for change in found:
        if len(change.edits) == 1:
            first, end, new = change.edits[0]
            same.setdefault((change.kind, text.bytes[first:end].decode(), new), []).append(change)
    for (kind, _old, _new), several in same.items():
        edits = tuple(dict.fromkeys(change.edits[0] for change in several))
        if len(edits) > 1:
            description = f"{several[0].description}, all {len(edits)} times"
            yield text.edited(kind, several[0].rank + 1, description, *edits)


def changes(source: str) -> list[Change]:
    """Changes of the one function that a text defines, the likeliest first.

    Empty where the text is no such function, or is longer than ``LONGEST`` characters.
    """
    source = textwrap.dedent(source)
    if len(source) > LONGEST:
        return []
    try:
        text = _Text(source if source.endswith("\n") else source + "\n")
        (function,) = text.tree.body
        if not isinstance(function, ast.FunctionDef):
            return []
        return _listed(text, function)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _listed(text: _Text, function: ast.FunctionDef) -> list[Change]:
    found: list[Change] = []
    with contextlib.suppress(_Enough):
        for change in _every(text, function):
            found.append(change)
        found += _alike(found, text)
    return sorted(found, key=lambda change: change.rank)


def _every(text: _Text, function: ast.FunctionDef) -> Iterator[Change]:
    variables = _variables(function)
    nodes = list(_expressions(function))
    words = list(dict.fromkeys(node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)))
    yield from _steps(text, function, variables)
    for node in nodes:
        yield from _operations(text, node)
        if isinstance(node, ast.Call):
            yield from _calls(text, node)
        elif isinstance(node, ast.Subscript):
            yield from _elements(text, node)
        yield from _figures(text, node, variables, words[:MANY])
        yield from _more(text, node, variables)
