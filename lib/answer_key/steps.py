"""Changed statements of a plain text, with the words for each change."""

import ast
import copy
import itertools
from collections.abc import Iterator, Mapping, Sequence

from answer_key.expressions import made
from answer_key.wording import PLACE, STEP, Words

Steps = Iterator[tuple[ast.stmt | list[ast.stmt], str, int]]
"""What may stand in place of a statement or of a whole block, its words and a rank."""
MOST_BEGUN = 4
"""How many variables that a loop begins with are carried in every combination."""
FARTHEST = 3
"""By how many places a statement is moved at most."""


def together(*steps: ast.stmt) -> ast.stmt:
    """Several statements as one."""
    return ast.If(ast.Constant(True), list(steps), [])


def counts_rounds(step: ast.stmt) -> bool:
    """Whether a statement was put there to count the rounds of a loop."""
    return isinstance(step, ast.Expr) and "_round" in ast.unparse(step)


def where_of(node: ast.stmt, words: Words) -> tuple[str, str]:
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
        inner = [where_of(each, words)[0] for each in node.body if isinstance(each, ast.Assign)]
        return inner[0] if inner else "a case", ""
    if isinstance(node, ast.While):
        return f"the condition on {words.about(node.test)}", ""
    return "the result", ""


def _assigned(step: ast.stmt) -> dict[str, ast.expr]:
    """Variables that a statement sets to a name or a number."""
    if not isinstance(step, ast.Assign) or not isinstance(step.value, ast.Name | ast.Constant):
        return {}
    return {target.id: step.value for target in step.targets if isinstance(target, ast.Name)}


def _set(values: Mapping[str, ast.expr]) -> list[ast.stmt]:
    return [ast.Assign([ast.Name(name, ast.Store())], value) for name, value in values.items()]


def _listed(names: Sequence[str], words: Words) -> str:
    return " and ".join(words.name(name) for name in names)


def carried(node: ast.For, words: Words) -> Steps:
    """Loops whose variables are set once before the first round, not in each."""
    begun: dict[str, ast.expr] = {}
    rest = [step for step in node.body if not counts_rounds(step)]
    while rest and _assigned(rest[0]):
        begun |= _assigned(rest.pop(0))
    for count in range(1, 1 + len(begun) * (len(begun) <= MOST_BEGUN)):
        for names in itertools.combinations(begun, count):
            kept = {name: value for name, value in begun.items() if name not in names}
            loop = ast.For(node.target, node.iter, [*node.body[:1], *_set(kept), *rest], [])
            description = f"{_listed(names, words)} carried from one round to the next, not started anew"
            yield together(*_set({name: begun[name] for name in names}), loop), description, STEP


def begun(node: ast.stmt, words: Words) -> Steps:
    """First values of variables that change later, replaced by 0."""
    values = _assigned(node)
    for name, value in values.items():
        if name in words.changing and not isinstance(value, ast.Constant):
            yield together(*_set({**values, name: ast.Constant(0.0)})), f"{words.name(name)} begins with 0", STEP


def stopped(node: ast.For, words: Words) -> Steps:
    """Loops that end once a variable is 0, after or before the step that sets it."""
    for place, step in enumerate(node.body):
        if isinstance(step, ast.Assign) and isinstance(step.targets[0], ast.Name) and step.targets[0].id in words.changing:
            name = step.targets[0].id
            for at, test, description in (
                (place + 1, made("A <= 0", A=ast.Name(name, ast.Load())), "the loop left once {} is 0, before the steps after it"),
                (place, made("A <= 0", A=step.value), "the loop left before the step that would make {} 0"),
            ):
                leave = ast.If(test, [ast.Break()], [])
                body = [*node.body[:at], leave, *node.body[at:]]
                yield ast.For(node.target, node.iter, body, []), description.format(words.name(name)), STEP


def cases(node: ast.If, words: Words) -> Steps:
    """Conditions whose cases both apply, or of which a step applies in every case."""
    about = words.about(node.test)
    if node.orelse:
        other = where_of(node.orelse[0], words)[0]
        description = f"the case of {other} worked on as well where the condition on {about} holds"
        yield together(ast.If(node.test, node.body, []), *node.orelse), description, STEP
    for place, step in enumerate(node.body if len(node.body) > 1 else []):
        rest = ast.If(node.test, [*node.body[:place], *node.body[place + 1 :]], node.orelse)
        description = f"{where_of(step, words)[0]} set in every case, whatever {about}"
        yield together(step, rest), description, STEP
        yield together(rest, step), description, STEP
    for name, value in words.begun.items():
        if not any(name in _assigned(step) for step in node.body):
            description = f"{words.name(name)} started anew in the case that depends on {about}"
            yield ast.If(node.test, [*node.body, *_set({name: value})], node.orelse), description, STEP


def first_only(node: ast.For, words: Words) -> Steps:
    """Loops that end with the first round in which a condition holds."""
    for place, step in enumerate(node.body):
        if isinstance(step, ast.If) and not step.orelse:
            leave = ast.If(step.test, [*step.body, ast.Break()], [])
            description = f"one at most in a round, where the condition on {words.about(step.test)} can hold again"
            yield ast.For(node.target, node.iter, [*node.body[:place], leave, *node.body[place + 1 :]], []), description, STEP


def without_factor(node: ast.stmt, words: Words) -> Steps:
    """Statements without an argument that multiplies, wherever it stands in them."""
    inside = node.test if isinstance(node, ast.If | ast.While) else node
    if isinstance(node, ast.For):
        return
    for name in words.multiplying:
        if sum(isinstance(each, ast.Name) and each.id == name for each in ast.walk(inside)) > 1:

            class Left(ast.NodeTransformer):
                def visit_Name(self, each: ast.Name, *, left: str = name) -> ast.expr:
                    return ast.Constant(1) if each.id == left else each

            changed = Left().visit(copy.deepcopy(inside))
            if isinstance(node, ast.If | ast.While):
                changed = type(node)(changed, node.body, node.orelse)
            where = f"the condition on {words.about(inside)}" if inside is not node else where_of(node, words)[0]
            yield changed, f"{words.name(name)} left out of {where}", STEP


def further(node: ast.stmt, words: Words) -> Steps:
    """Assignments to an element that set all later ones as well."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        target = node.targets[0]
        first, *others = target.slice.elts if isinstance(target.slice, ast.Tuple) else [target.slice]
        if isinstance(first, ast.Name) and first.id in words.counted:
            rest: ast.expr = ast.Slice(first, None)
            place = ast.Tuple([rest, *others], ast.Load()) if others else rest
            description = f"{where_of(node, words)[0]} set for every later {first.id} as well"
            yield ast.Assign([ast.Subscript(target.value, place, ast.Store())], node.value), description, STEP


def moved(block: Sequence[ast.stmt], words: Words) -> Steps:
    """Blocks with one of their statements moved."""
    steps = [place for place, step in enumerate(block) if not counts_rounds(step) and not isinstance(step, ast.Return)]
    for one, other in itertools.combinations(steps, 2):
        first, second = where_of(block[one], words)[0], where_of(block[other], words)[0]
        if other - one > FARTHEST or first == second:
            continue
        between = list(block[one + 1 : other])
        description = "{} set {} the step that sets {}, in the wrong order"
        later = [*block[:one], *between, block[other], block[one], *block[other + 1 :]]
        yield later, description.format(first, "after", second), PLACE
        if between:
            sooner = [*block[:one], block[other], block[one], *between, *block[other + 1 :]]
            yield sooner, description.format(second, "before", first), PLACE
