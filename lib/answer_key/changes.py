"""The changes that :mod:`answer_key.mutations` makes in a plain text, and their words."""

import ast
import contextlib
import copy
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from answer_key import steps
from answer_key.expressions import New, made, others
from answer_key.wording import AMOUNT, PLACE, RESULT, STEP, Words


@dataclass(frozen=True)
class Change:
    """Nodes of a plain text's syntax tree and what stands in their place."""

    words: str
    rank: int
    where: str
    edits: tuple[tuple[Any, str, int | None, ast.AST | list[ast.stmt]], ...]
    description: str = ""
    """The words with `{where}` for the place."""

    @contextlib.contextmanager
    def applied(self) -> Iterator[None]:
        """A context in which the text is changed."""
        before = []
        for parent, field, index, new in self.edits:
            for node in new if isinstance(new, list) else [new]:
                ast.fix_missing_locations(node)
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
    "np.floor(A)": ("{where} rounded down to whole numbers", PLACE),
    "np.round(A)": ("{where} rounded to whole numbers", PLACE),
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
    "A * 0 + 1": "taken as 1",
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
    for text, (description, rank) in WRAPS.items():
        if "nan" in text and not words.unknown:
            continue
        yield made(text, A=node), description, RESULT if target in words.results else rank
    for name in words.many:
        yield made("A / np.size(B)", A=node, B=ast.Name(name, ast.Load())), f"{{where}} divided by the number of `{name}`", PLACE
    if words.results and target not in words.results:
        return
    for other in sorted(words.results & words.variables - {target}):
        yield made("A + B", A=node, B=ast.Name(other, ast.Load())), f"`{other}` counted in {{where}} as well", RESULT
        yield made("A - B", A=node, B=ast.Name(other, ast.Load())), f"`{other}` taken off {{where}}", RESULT
    for other in words.parameters:
        by_number = {"A * B": "{where} multiplied by `{}`", "A / B": "{where} divided by `{}`", "A - B": "`{}` taken off {where}"}
        of_many = {"A / len(B)": "{where} divided by the number of `{}`"}
        for text, description in (of_many if other in words.sequences else by_number).items():
            yield made(text, A=node, B=ast.Name(other, ast.Load())), description.replace("{}", other), PLACE


def _arguments(function: ast.FunctionDef, words: Words) -> Iterator[tuple[str, str, int]]:
    """Statements that change an argument before anything is done, their words and rank."""
    given = function.args
    defaults = dict(zip((argument.arg for argument in given.kwonlyargs), given.kw_defaults, strict=True))
    plain = given.args[len(given.args) - len(given.defaults) :]
    defaults |= dict(zip((argument.arg for argument in plain), given.defaults, strict=True))
    for name in words.parameters:
        default = defaults.get(name)
        if default is not None:
            yield f"{name} = {ast.unparse(default)}", f"`{name}` ignored", STEP
        for text, description in (ORDERED if name in words.sequences else SCALED).items():
            yield f"{name} = {text.replace('A', name)}", f"`{name}` {description}", AMOUNT
        if name in words.many:
            for other, description in {f"np.nanmean({name})": "their mean", "0.0": "0"}.items():
                filled = f"{name} = np.where(np.isnan(np.asarray({name}, dtype=float)), {other}, {name})"
                yield filled, f"{description} in place of missing values in `{name}`", STEP
    for one, other in itertools.combinations(words.parameters, 2):
        if words.kinds.get(one, one) == words.kinds.get(other, other):
            yield f"{one}, {other} = {other}, {one}", f"`{one}` and `{other}` exchanged", AMOUNT


def _statement(node: ast.stmt, words: Words) -> steps.Steps:
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
        for text, description in changed.items():
            yield ast.For(node.target, made(text, A=node.iter), node.body, []), description, STEP
        yield from steps.carried(node, words)
        yield from steps.stopped(node, words)
        yield from steps.first_only(node, words)
        if isinstance(node.target, ast.Name) and isinstance(node.iter, ast.Name):
            for text, description in SCALED.items():
                first = ast.parse(f"{node.target.id} = {text.replace('A', node.target.id)}").body
                yield ast.For(node.target, node.iter, [*first, *node.body], []), f"each of {about} {description}", AMOUNT
    elif isinstance(node, ast.If):
        about = words.about(node.test)
        yield ast.If(ast.Constant(True), node.body, []), f"{{where}} set in every case, whatever {about}", STEP
        yield ast.If(ast.Constant(False), node.body, node.orelse), f"{{where}} never set in the case that depends on {about}", STEP
        yield from steps.cases(node, words)
    elif isinstance(node, ast.Assign) or (isinstance(node, ast.Expr) and not steps.counts_rounds(node)):
        yield ast.Pass(), "a step that sets {where} left out", STEP
        yield from steps.begun(node, words)
        yield from steps.further(node, words)
    yield from steps.without_factor(node, words)


def _inside(parent: ast.AST, where: str, words: Words) -> Iterator[Change]:
    """Changes of the expressions below a node."""
    for field, value in ast.iter_fields(parent):
        several = isinstance(value, list)
        for index, node in enumerate(value if several else [value]):
            skipped = field in ("targets", "target") or (field == "func" and not isinstance(node, ast.Attribute))
            if skipped or not isinstance(node, ast.expr | ast.comprehension | ast.keyword | ast.Slice):
                continue
            for new, description, rank in others(node, words):
                text = description.format(where=where)
                text = text.replace(f"{where} left out of {where}", f"what {where} was before left out of it")
                yield Change(text, rank, where, ((parent, field, index if several else None, new),), description)
            if not (isinstance(node, ast.Subscript) and words.of(node)) and not isinstance(node, ast.Slice):
                yield from _inside(node, where, words)


def _block(parent: ast.AST, field: str, words: Words) -> Iterator[Change]:
    """Changes of the statements in a block, and below them."""
    block: Sequence[ast.stmt] = getattr(parent, field)
    for order, words_of_it, at in steps.moved(block, words):
        yield Change(words_of_it, at, words_of_it.split(" set ")[0], ((parent, field, None, order),))
    for index, node in enumerate(block):
        where, target = steps.where_of(node, words)
        for other, words_of_it, at in _statement(node, words):
            yield Change(words_of_it.format(where=where), at, where, ((parent, field, index, other),), words_of_it)
        if isinstance(node, ast.Assign) and target in words.variables and isinstance(node.targets[0], ast.Name):
            for new, description, rank in _values(node.value, target, words):
                yield Change(description.format(where=where), rank, where, ((node, "value", None, new),), description)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and target in words.variables and node.value.args:
            for new, description, rank in _values(node.value.args[0], target, words):
                yield Change(description.format(where=where), rank, where, ((node.value, "args", 0, new),), description)
        asked = f"the condition on {words.about(node.test)}" if isinstance(node, ast.If) else where
        yield from _inside(node, asked, words)
        for inner in ("body", "orelse"):
            if getattr(node, inner, None):
                yield from _block(node, inner, words)


def changes(function: ast.FunctionDef, alike: Sequence[Sequence[str]]) -> Iterator[Change]:
    """Changes of a text: of an argument, of one place, or the same in several places."""
    words = Words(function, alike)
    first = function.body[0]
    for statement, description, rank in _arguments(function, words):
        both = ast.If(ast.Constant(True), [*ast.parse(statement).body, copy.deepcopy(first)], [])
        yield Change(description, rank, description.split(" ")[0], ((function, "body", 0, both),))
    found = list(_block(function, "body", words))
    yield from found
    yield from _same_branch(function, words)
    yield from _in_several(found)


def _in_several(found: Sequence[Change]) -> Iterator[Change]:
    """The same change in all places with the same words, or in two results or steps, or in all."""
    same: dict[str, dict[str, list[Change]]] = {}
    for change in found:
        same.setdefault(change.description or change.words, {}).setdefault(change.where, []).append(change)
    for description, by_place in same.items():
        whole = {where: _one(changes[0].words, where, changes) for where, changes in by_place.items()}
        yield from (each for where, each in whole.items() if len(by_place[where]) > 1)
        if "{where}" not in description or not all(change.rank <= STEP for changes in by_place.values() for change in changes):
            continue
        pairs = {2} if all(change.rank == STEP for changes in by_place.values() for change in changes) else set()
        for count in (pairs | {len(whole)}) - {1}:
            for some in itertools.combinations(whole, count):
                where = " and ".join([", ".join(some[:-1]), some[-1]])
                yield _one(description.format(where=where), where, [whole[each] for each in some])


def _one(words: str, where: str, several: Sequence[Change]) -> Change:
    """Several changes as one."""
    places = {(id(edit[0]), *edit[1:3]): edit for change in several for edit in change.edits}
    return Change(words, several[0].rank, where, tuple(places.values()))


def _same_branch(function: ast.FunctionDef, words: Words) -> Iterator[Change]:
    """Expressions that depend on one condition, all as if it held, or as if it did not."""
    found: dict[str, list[tuple[str, ast.Assign, ast.IfExp]]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.IfExp):
            where = steps.where_of(node, words)[0]
            found.setdefault(ast.unparse(node.value.test), []).append((where, node, node.value))
    for several in found.values():
        names = " and ".join(dict.fromkeys(where for where, _, _ in several))
        description = f"{names} not exchanged, whatever {words.about(several[0][2].test)}"
        for branch in ("body", "orelse") if len(several) > 1 else ():
            edits = tuple((node, "value", None, getattr(choice, branch)) for _, node, choice in several)
            yield Change(description, STEP, names, edits)
