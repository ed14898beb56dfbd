"""The changes that :mod:`answer_key.mutations` makes in a plain text, and their words."""

import ast
import contextlib
import copy
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from answer_key.expressions import New, made, others
from answer_key.wording import AMOUNT, PLACE, RESULT, STEP, Words


@dataclass(frozen=True)
class Change:
    """Nodes of a text in place of others: one, or the same wherever it stands."""

    words: str
    rank: int
    where: str
    edits: tuple[tuple[Any, str, int | None, ast.AST], ...]

    @contextlib.contextmanager
    def applied(self) -> Iterator[None]:
        """The text is changed inside the ``with``."""
        before = []
        for parent, field, index, new in self.edits:
            ast.fix_missing_locations(new)
            old = getattr(parent, field)
            before.append((parent, field, old))
            setattr(parent, field, new if index is None else [*old[:index], new, *old[index + 1 :]])
        try:
            yield
        finally:
            for parent, field, old in reversed(before):
                setattr(parent, field, old)


WRAPS = {
    "-A": ("{where} with its sign turned round", PLACE),
    "abs(A)": ("{where} without its sign", PLACE),
    "np.maximum(A, 0.0)": ("{where} cut off at 0", PLACE),
    "np.nan_to_num(A)": ("unknown values taken as 0 in {where}", PLACE),
    "A * 2": ("{where} doubled", AMOUNT),
    "A / 2": ("{where} halved", AMOUNT),
    "A * A": ("{where} squared", AMOUNT),
    "A ** 0.5": ("the root of {where} in place of it", AMOUNT),
    "A * 100": ("{where} in percent", AMOUNT),
    "A / 100": ("{where} a hundred times too small", AMOUNT),
}
SCALED = {
    "abs(A)": "without its sign",
    "-A": "with its sign turned round",
    "A * 2.0": "doubled",
    "A / 2.0": "halved",
    "A * 100.0": "a hundred times too large",
    "A / 100.0": "read as percent",
    "A * A * 1.0": "squared",
    "A ** 0.5": "replaced by its root",
    "A + 1": "one too large",
    "A - 1": "one too small",
}
ORDERED = {
    "A[::-1]": "in reverse order",
    "sorted(A)": "sorted",
    "A[1:]": "short of the first element",
    "A[:-1]": "short of the last element",
}


def _values(node: ast.expr, target: str, words: Words) -> New:
    """What else may be done to a value before it is stored."""
    for text, (told, rank) in WRAPS.items():
        yield made(text, A=node), told, RESULT if target in words.results else rank
    if target not in words.results:
        return
    for other in sorted(words.results & words.variables - {target}):
        yield made("A + B", A=node, B=ast.Name(other, ast.Load())), f"`{other}` counted in {{where}} as well", RESULT
        yield made("A - B", A=node, B=ast.Name(other, ast.Load())), f"`{other}` taken off {{where}}", RESULT
    for other in words.parameters:
        by_number = {"A * B": "{where} multiplied by `{}`", "A / B": "{where} divided by `{}`", "A - B": "`{}` taken off {where}"}
        of_many = {"A / len(B)": "{where} divided by the number of `{}`"}
        for text, told in (of_many if other in words.sequences else by_number).items():
            yield made(text, A=node, B=ast.Name(other, ast.Load())), told.replace("{}", other), PLACE


def _arguments(function: ast.FunctionDef, words: Words) -> Iterator[tuple[str, str, int]]:
    """Statements that change an argument before anything is done, their words and rank."""
    given, text_of_all = function.args, ast.unparse(function)
    defaults = dict(zip((argument.arg for argument in given.kwonlyargs), given.kw_defaults, strict=True))
    plain = given.args[len(given.args) - len(given.defaults) :]
    defaults |= dict(zip((argument.arg for argument in plain), given.defaults, strict=True))
    for name in words.parameters:
        default = defaults.get(name)
        if default is not None:
            yield f"{name} = {ast.unparse(default)}", f"`{name}` ignored", STEP
        for text, told in (ORDERED if name in words.sequences else SCALED).items():
            yield f"{name} = {text.replace('A', name)}", f"`{name}` {told}", AMOUNT
        if f"np.asarray({name}" in text_of_all:
            for other, told in {f"np.nanmean({name})": "their mean", "0.0": "0"}.items():
                filled = f"{name} = np.where(np.isnan(np.asarray({name}, dtype=float)), {other}, {name})"
                yield filled, f"{told} in place of missing values in `{name}`", STEP
    for one, other in itertools.combinations(words.parameters, 2):
        if words.kinds.get(one, one) == words.kinds.get(other, other):
            yield f"{one}, {other} = {other}, {one}", f"`{one}` and `{other}` exchanged", AMOUNT


def _statement(node: ast.AST, words: Words) -> New:
    """Other statements in place of one."""
    if isinstance(node, ast.While):
        once = ast.While(node.test, [*node.body, ast.Break()], [])
        yield once, f"one at most in a round, where the condition on {words.about(node.test)} can hold again", STEP
        yield ast.Pass(), f"the condition on {words.about(node.test)} never met", STEP
    elif isinstance(node, ast.For):
        about = words.about(node.iter)
        changed = {"list(A)[1:]": f"the first of {about} left out", "list(A)[:-1]": f"the last of {about} left out"}
        if ast.unparse(node.iter).startswith("range("):
            changed["range(1, 1 + len(A))"] = f"{words.figure(node.target)} counted from 1"
        for text, told in changed.items():
            yield ast.For(node.target, made(text, A=node.iter), node.body, []), told, STEP
        for each in node.body:
            if "_round" in ast.unparse(each):
                continue
            if not isinstance(each, ast.Assign) or not isinstance(each.value, ast.Name | ast.Constant):
                break
            rest = ast.For(node.target, node.iter, [other for other in node.body if other is not each], [])
            names = " and ".join(words.name(name.id) for name in each.targets if isinstance(name, ast.Name))
            told = f"{names} carried from one round to the next, not started anew"
            yield ast.If(ast.Constant(True), [each, rest], []), told, STEP
        if isinstance(node.target, ast.Name) and isinstance(node.iter, ast.Name):
            for text, told in SCALED.items():
                first = ast.parse(f"{node.target.id} = {text.replace('A', node.target.id)}").body
                yield ast.For(node.target, node.iter, [*first, *node.body], []), f"each of {about} {told}", AMOUNT
    elif isinstance(node, ast.If):
        about = words.about(node.test)
        yield ast.If(ast.Constant(True), node.body, []), f"{{where}} set in every case, whatever {about}", STEP
        yield ast.If(ast.Constant(False), node.body, node.orelse), f"{{where}} never set in the case that depends on {about}", STEP
    elif isinstance(node, ast.Assign) or (isinstance(node, ast.Expr) and "_round" not in ast.unparse(node)):
        yield ast.Pass(), "a step that sets {where} left out", STEP


def _where(node: ast.stmt, words: Words) -> tuple[str, str]:
    """The words for what a statement sets or asks, and the name of what it sets."""
    if isinstance(node, ast.Assign):
        target = node.targets[0]
        while isinstance(target, ast.Subscript):
            target = target.value
        named = target.id if isinstance(target, ast.Name) else ""
        return (words.name(named) if named in words.variables else words.about(target)), named
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
        named = ast.unparse(node.value.func.value)
        return (words.name(named) if named in words.variables else "the result"), named
    if isinstance(node, ast.If):
        inner = [_where(each, words)[0] for each in node.body if isinstance(each, ast.Assign)]
        return inner[0] if inner else "a case", ""
    if isinstance(node, ast.While):
        return f"the condition on {words.about(node.test)}", ""
    return "the result", ""


def _inside(parent: ast.AST, where: str, words: Words) -> Iterator[Change]:
    """Changes of the expressions below a node."""
    for field, value in ast.iter_fields(parent):
        several = isinstance(value, list)
        for index, node in enumerate(value if several else [value]):
            skipped = field in ("targets", "target") or (field == "func" and not isinstance(node, ast.Attribute))
            if skipped or not isinstance(node, ast.expr | ast.comprehension | ast.keyword | ast.Slice):
                continue
            for new, told, rank in others(node, words):
                text = told.format(where=where).replace(f"{where} left out of {where}", f"what {where} was before left out of it")
                yield Change(text, rank, where, ((parent, field, index if several else None, new),))
            if not (isinstance(node, ast.Subscript) and words.of(node)) and not isinstance(node, ast.Slice):
                yield from _inside(node, where, words)


def _block(parent: ast.AST, field: str, words: Words) -> Iterator[Change]:
    """Changes of the statements in a block, and below them."""
    block: Sequence[ast.stmt] = getattr(parent, field)
    for index, node in enumerate(block):
        where, target = _where(node, words)
        for new, told, rank in _statement(node, words):
            yield Change(told.format(where=where), rank, where, ((parent, field, index, new),))
        if isinstance(node, ast.Assign) and target in words.variables and isinstance(node.targets[0], ast.Name):
            for new, told, rank in _values(node.value, target, words):
                yield Change(told.format(where=where), rank, where, ((node, "value", None, new),))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and target in words.variables and node.value.args:
            for new, told, rank in _values(node.value.args[0], target, words):
                yield Change(told.format(where=where), rank, where, ((node.value, "args", 0, new),))
        asked = f"the condition on {words.about(node.test)}" if isinstance(node, ast.If) else where
        yield from _inside(node, asked, words)
        for inner in ("body", "orelse"):
            if getattr(node, inner, None):
                yield from _block(node, inner, words)


def changes(function: ast.FunctionDef, alike: Sequence[Sequence[str]]) -> Iterator[Change]:
    """Every change of a text: of arguments, of one place, of several places alike."""
    words = Words(function, alike)
    first = function.body[0]
    for statement, told, rank in _arguments(function, words):
        both = ast.If(ast.Constant(True), [*ast.parse(statement).body, copy.deepcopy(first)], [])
        yield Change(told, rank, told.split(" ")[0], ((function, "body", 0, both),))
    several: dict[str, list[Change]] = {}
    for change in _block(function, "body", words):
        several.setdefault(change.words, []).append(change)
        yield change
    for told, alike_changes in several.items():
        places = {(id(parent), field, index) for change in alike_changes for parent, field, index, _ in change.edits}
        if 1 < len(places) == len(alike_changes):
            edits = tuple(edit for change in alike_changes for edit in change.edits)
            yield Change(told, alike_changes[0].rank, alike_changes[0].where, edits)
