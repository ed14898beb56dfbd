"""Other expressions in place of one in a plain text, and their words."""

import ast
import functools
import itertools
from collections.abc import Iterator, Sequence

from answer_key.wording import AMOUNT, PLACE, RESULT, STEP, Words

New = Iterator[tuple[ast.AST, str, int]]
"""What may stand in place of a node, its words ("{where}" for the place), and a rank."""


def made(text: str, **parts: ast.AST) -> ast.expr:
    """An expression in which capital letters stand for parts of another."""

    class Put(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.AST:
            return parts.get(node.id, node)

    found: ast.expr = Put().visit(ast.parse(text, mode="eval").body)
    return found


OPPOSITE: dict[type[ast.operator], tuple[type[ast.operator], str]] = {
    ast.Add: (ast.Sub, "{} subtracted, not added, in {{where}}"),
    ast.Sub: (ast.Add, "{} added, not subtracted, in {{where}}"),
    ast.Mult: (ast.Div, "a division by {} in place of a multiplication, in {{where}}"),
    ast.Div: (ast.Mult, "a multiplication by {} in place of a division, in {{where}}"),
}


def _left_out(node: ast.AST, words: Words) -> str:
    description = words.figure(node)
    return (
        f"{description} left out of {{where}}"
        if words.rank(node) == STEP
        else f"a part of {{where}} left out, which depends on {words.about(node)}"
    )


def _binary(node: ast.BinOp, words: Words) -> New:
    left, right, rank = words.figure(node.left), words.figure(node.right), words.rank(node.right)
    yield node.left, _left_out(node.right, words), rank
    if not isinstance(node.op, ast.Div):
        rest = made("-A", A=node.right) if isinstance(node.op, ast.Sub) else node.right
        yield rest, _left_out(node.left, words), words.rank(node.left)
    if type(node.op) in OPPOSITE:
        kind, description = OPPOSITE[type(node.op)]
        yield ast.BinOp(node.left, kind(), node.right), description.format(right), rank
    if isinstance(node.op, ast.Sub | ast.Div):
        description = f"{left} and {right} exchanged in {{where}}"
        yield ast.BinOp(node.right, node.op, node.left), description, words.rank(node.left, words.rank(node.right))
    if isinstance(node.op, ast.Add | ast.Sub) and ast.unparse(node.right) != "1" != ast.unparse(node.left):
        yield made("abs(A)", A=node), f"{words.figure(node)} without its sign, in {{where}}", PLACE
        if isinstance(node.op, ast.Sub):
            yield made("A / B - 1", A=node.left, B=node.right), "a/b − 1 in place of the difference a − b, in {where}", STEP
    if isinstance(node.op, ast.Div) and isinstance(node.right, ast.BinOp) and ast.unparse(node.right.left) == "1":
        yield from _decayed(node.left, node.right.right, words)
    if isinstance(node.op, ast.Sub) and ast.unparse(node.right) == "1" and isinstance(node.left, ast.BinOp):
        yield made("np.log(A)", A=node.left), "log(a/b) in place of a/b − 1, in {where}", STEP
        difference = made("A - B", A=node.left.left, B=node.left.right)
        yield difference, "the difference a − b in place of a/b − 1, in {where}", STEP
        first, last = node.left.right, node.left.left
        if (
            isinstance(first, ast.Subscript)
            and isinstance(last, ast.Subscript)
            and ast.unparse(first.value) == ast.unparse(last.value)
        ):
            for statistic in ("sum", "mean"):
                each = made(f"np.{statistic}(A[1:] / A[:-1] - 1)", A=first.value)
                yield each, f"the {statistic} of the returns in place of the whole return, in {{where}}", STEP
    if isinstance(node.op, ast.Add) and ast.unparse(node.left) == "1" and isinstance(node.right, ast.BinOp):
        yield made("np.exp(A)", A=node.right), "exp(x) in place of 1 + x, in {where}", STEP
        factors = {"A": node.right.left, "B": node.right.right}
        yield made("(1 + A) ** B", **factors), "powers of 1 + x in place of 1 + x · k, so that it compounds, in {where}", STEP


def _decayed(whole: ast.expr, rest: ast.expr, words: Words) -> New:
    """What may stand in place of a division by 1 + x, and by 1 + x · k of a level k."""
    description = "a multiplication by 1 − x in place of a division by 1 + x, in {where}"
    yield made("A * (1 - B)", A=whole, B=rest), description, STEP
    if isinstance(rest, ast.BinOp) and isinstance(rest.right, ast.Name) and rest.right.id in words.counted:
        parts = {"A": whole, "B": rest.left, "C": rest.right}
        for text, description in {
            "A * (1 - B) ** C": "1 − x times the one before, not a division by 1 + x · k, in {where}",
            "A / np.prod([1 + B * each for each in range(1, C + 1)])": "1 + x · k divides the one before, not the first, in {where}",
            "A / (1 + B * C) ** 2": "a division by the square of 1 + x · k, in {where}",
            "A / (1 + B * (C > 0))": "the same division by 1 + x for every level but the first, in {where}",
        }.items():
            yield made(text, **parts), description, STEP


def _compare(node: ast.Compare, words: Words) -> New:
    about, operator = words.about(node), node.ops[0]
    swaps: dict[type[ast.cmpop], tuple[type[ast.cmpop], type[ast.cmpop]]] = {
        ast.Lt: (ast.LtE, ast.Gt),
        ast.LtE: (ast.Lt, ast.GtE),
        ast.Gt: (ast.GtE, ast.Lt),
        ast.GtE: (ast.Gt, ast.LtE),
    }
    if type(operator) in swaps:
        equal, turned = swaps[type(operator)]
        counts = "counted" if equal in (ast.LtE, ast.GtE) else "not counted"
        yield ast.Compare(node.left, [equal()], node.comparators), f"equality {counts} in the comparison of {about}", STEP
        yield ast.Compare(node.left, [turned()], node.comparators), f"the comparison of {about} the wrong way round", PLACE
    elif isinstance(operator, ast.IsNot):
        yield node.left, f"0 for {about} treated as if none were given", STEP


TWO = {"max": ("min", "smaller", "larger"), "min": ("max", "larger", "smaller")}
ONE = {"max": ("min", "smallest", "largest"), "min": ("max", "largest", "smallest")}
OF_ONE = {
    "cumprod": {"np.cumsum(A)": "a running sum in place of a running product, in", "A": "no running product in"},
    "cumsum": {"A": "no running sum in"},
    "max.accumulate": {
        "np.max(A)": "the largest of all in place of the largest so far, in",
        "A[0]": "the first in place of the largest so far, in",
        "np.append(A[:1], np.maximum.accumulate(A)[:-1])": "the largest before, not the largest so far, in",
    },
    "abs": {"A": "the absolute value left out of"},
    "sqrt": {"A": "the root left out of"},
    "sign": {"np.sign(A) - (A == 0)": "0 counted as below 0, in", "np.sign(A) + (A == 0)": "0 counted as above 0, in"},
}
"""What may stand in place of a function of one figure."""


def _of_two(short: str, given: Sequence[ast.expr], words: Words) -> New:
    """What may stand in place of the smaller or larger of two figures."""
    other, wrong, right = TWO[short]
    yield made(f"np.{other}imum(A, B)", A=given[0], B=given[1]), f"the {wrong} of two, not the {right}, in {{where}}", STEP
    if not any(isinstance(each, ast.Constant) for each in given):
        yield made("A * B", A=given[0], B=given[1]), f"the product of two, not the {right}, in {{where}}", STEP
        yield made("A + B", A=given[0], B=given[1]), f"the sum of two, not the {right}, in {{where}}", STEP
    for kept, left_out in (given, given[::-1]):
        for factor in words.factors(left_out):
            limit = f"{words.name(factor)} as a factor of {words.figure(kept)}, not in a limit, in {{where}}"
            yield made("A * B", A=kept, B=ast.Name(factor, ast.Load())), limit, STEP
        description = f"{words.figure(kept)} alone, not the {right} of it and {words.figure(left_out)}, in {{where}}"
        if isinstance(left_out, ast.Constant):
            description = f"no {'lower' if short == 'max' else 'upper'} limit of {words.figure(left_out)}, in {{where}}"
        if not isinstance(kept, ast.Constant):
            yield kept, description, words.rank(left_out)
            if ast.unparse(left_out) in ("0.0", "0"):
                yield made("abs(A)", A=kept), "what is below 0 taken as positive, not as 0, in {where}", STEP


def _call(node: ast.Call, words: Words) -> New:
    name = ast.unparse(node.func)
    short = name.removeprefix("np.").replace("maximum", "max").replace("minimum", "min")
    if short in TWO and len(node.args) == 2:
        yield from _of_two(short, node.args, words)
    elif short in ONE and len(node.args) == 1 and not isinstance(node.args[0], ast.GeneratorExp):
        other, wrong, right = ONE[short]
        for text, name in ((f"np.{other}(A)", wrong), ("A[0]", "first"), ("A[-1]", "last"), ("np.mean(A)", "mean"), ("sum(A)", "sum")):
            yield made(text, A=node.args[0]), f"the {name} in place of the {right}, in {{where}}", STEP
    elif short == "clip":
        figure, lower, upper = node.args
        for text, description in {
            "A": "not cut off",
            "np.minimum(A, C)": "cut off above alone",
            "np.maximum(A, B)": "cut off below alone",
            "np.clip(A, 0, C)": "cut off below 0",
        }.items():
            yield made(text, A=figure, B=lower, C=upper), f"{words.figure(figure)} {description}", STEP
    elif short == "sum" and node.args and isinstance(node.args[0], ast.GeneratorExp):
        yield from _weighted(node.args[0], words)
    elif short in OF_ONE:
        for text, description in OF_ONE[short].items():
            yield made(text, A=node.args[0]), f"{description} {{where}}", STEP


def _correlation(node: ast.Call, words: Words) -> New:
    if ast.unparse(node.func) != "np.corrcoef" or not isinstance(node.args[0], ast.Attribute):
        return
    for text, description in {
        "np.corrcoef(np.argsort(np.argsort(A, axis=0), axis=0).T)": "the correlation of ranks in place of the returns'",
        "np.corrcoef(np.cumsum(A, axis=0).T)": "the correlation of running totals in place of the returns'",
        "np.cov(A.T)": "the covariance in place of the correlation",
    }.items():
        yield made(text, A=node.args[0].value), f"{description}, in {{where}}", STEP


def _weighted(node: ast.GeneratorExp, words: Words) -> New:
    """Another statistic in place of a sum of products, or other terms in the sum."""
    for text, terms in (("sum(np.maximum(A, 0.0))", "only the terms above 0"), ("sum(np.abs(A))", "the absolute values of the terms")):
        values = made("np.array(A)", A=ast.ListComp(node.elt, node.generators))
        yield made(text, A=values), f"{terms} in the sum, in {{where}}", STEP
    factors: list[ast.expr] = []
    rest: ast.expr = node.elt
    while isinstance(rest, ast.BinOp) and isinstance(rest.op, ast.Mult):
        factors, rest = [rest.right, *factors], rest.left
    factors = [rest, *factors]
    statistics = {"largest": "max(A)", "smallest": "min(A)", "first": "A[0]", "last": "A[-1]", "plain mean": "np.mean(A)"}
    counted = {name.id for loop in node.generators for name in ast.walk(loop.target) if isinstance(name, ast.Name)}
    for place, weight in enumerate(factors):
        if not any(isinstance(name, ast.Name) and name.id in counted for name in ast.walk(weight)):
            continue
        kept = [factor for other, factor in enumerate(factors) if other != place]
        if kept:
            product = functools.reduce(lambda one, two: ast.BinOp(one, ast.Mult(), two), kept)
            values, mean = ast.ListComp(product, node.generators), f"its mean weighted by {words.figure(weight)}"
            for description, text in statistics.items():
                yield made(text, A=values), f"the {description} of {words.figure(kept[-1])} in place of {mean}, in {{where}}", PLACE


WINDOWS = (20, 21, 50, 60, 63, 100, 120, 126, 200, 250, 252, 260, 360, 365)
"""Days that people take for a month, a quarter, half a year, a year …."""
METHODS = {
    "mean": (
        ("median()", "the median in place of the mean"),
        ("sum()", "the sum in place of the mean"),
        ("add(1).prod() ** (1 / len(A)) - 1", "the geometric mean in place of the mean"),
        ("add(1).prod() ** (YEAR / len(A)) / YEAR - 1 / YEAR", "compound growth a year in place of the mean times the periods"),
        ("add(1).prod() / len(A) - 1 / len(A)", "compound growth in place of the sum"),
        ("add(1).apply(np.log).mean()", "the mean of the logarithms in place of the mean"),
    ),
    "sum": (("mean()", "the mean in place of the sum"),),
    "std": (
        ("var()", "the variance in place of the standard deviation"),
        ("sub(A.mean()).abs().mean()", "the mean absolute deviation in place of the standard deviation"),
        ("where(A < 0).std()", "the standard deviation of the losses alone"),
    ),
    "dropna": (
        ("fillna(0.0)", "0 in place of missing values"),
        ("ffill().fillna(0.0)", "the last value in place of missing ones, 0 where there is none"),
        ("ffill().dropna()", "the last value in place of missing ones"),
        ("fillna(A.mean())", "the mean in place of missing values"),
    ),
    "pct_change": (("diff()", "the change in place of the simple return"),),
    "shift": (
        ("shift(0)", "the same row, not the one before"),
        ("shift(2)", "two rows before, not one"),
        ("shift(-1)", "the next row"),
    ),
}


def _method(node: ast.Call, words: Words) -> New:
    function = node.func
    if not isinstance(function, ast.Attribute):
        return
    year = ast.parse("periods_per_year" if "periods_per_year" in words.parameters else "252", mode="eval").body
    for text, description in METHODS.get(function.attr, ()):
        yield made(f"A.{text}", A=function.value, YEAR=year), f"{description}, in {{where}}", STEP
    if function.attr == "pct_change":
        yield made("np.log(A).diff()", A=function.value), "a logarithm in place of the simple return, in {where}", STEP
    rolling = function.value
    if isinstance(rolling, ast.Call) and isinstance(rolling.func, ast.Attribute) and rolling.func.attr == "rolling":
        base = rolling.func.value
        if function.attr == "mean":
            yield made("A.ewm(span=B).mean()", A=base, B=rolling.args[0]), "an exponential average in {where}", STEP
            yield (
                made("A.shift(B)", A=base, B=rolling.args[0]),
                "the value that many rows before in place of the mean, in {where}",
                STEP,
            )
        yield made(f"A.{function.attr}()", A=base), "the whole history in place of a window, in {where}", STEP


def _constant(node: ast.Constant, words: Words) -> New:
    value = node.value
    if not isinstance(value, int | float) or value in (0, 1):
        return
    others = [value * factor for factor in (2, 10, 100, 1000)] + [value / factor for factor in (2, 10, 100, 1000)]
    if isinstance(value, int):
        others = [*others, value + 1, value - 1, *(WINDOWS if value >= min(WINDOWS) else ())]
    for other in dict.fromkeys(others):
        if other == value:
            continue
        yield ast.Constant(other), f"{other:g} in place of {value:g}, in {{where}}", AMOUNT
    for spelt, figure in words.pool.items():
        if isinstance(value, int) and isinstance(figure, ast.Name) and words.kind(figure) is not None:
            yield figure, f"{words.name(spelt)} in place of {value}, in {{where}}", PLACE


def _subscript(node: ast.Subscript, words: Words) -> New:
    place, about = ast.unparse(node.slice), words.about(node.value)
    if place in ("0", "-1"):
        right, wrong, other = ("first", "last", "A[-1]") if place == "0" else ("last", "first", "A[0]")
        beside = ("A[1]", "second") if place == "0" else ("A[-2]", "last but one")
        for text, description in ((other, wrong), beside, ("max(A)", "largest"), ("min(A)", "smallest"), ("np.mean(A)", "mean")):
            yield made(text, A=node.value), f"the {description} of {about} in place of the {right}, in {{where}}", PLACE
    elif isinstance(node.slice, ast.Name):
        before = made("A[max(B - 1, 0)]", A=node.value, B=node.slice)
        yield before, f"{about} of the {node.slice.id} before, in {{where}}", PLACE
    elif isinstance(node.slice, ast.Slice):
        lower, upper = node.slice.lower, node.slice.upper
        for step, when in ((1, "late"), (-1, "early")):
            later, sooner = (made(f"A + {step}", A=bound) if bound else None for bound in (lower, upper))
            for one, two, rows in ((later, upper, "the first row"), (lower, sooner, "the last row"), (later, sooner, "all rows")):
                if (one, two) != (lower, upper):
                    yield ast.Subscript(node.value, ast.Slice(one, two), node.ctx), f"{rows} of {{where}} one too {when}", PLACE
        yield node.value, f"all rows of {about}, not a part of them, in {{where}}", PLACE


def _in_place(node: ast.expr, words: Words) -> New:
    """Another figure of the kind, none of its sign, or the next number of a loop."""
    mine, kind = words.of(node), words.kind(node)
    if mine is None or isinstance(node, ast.Constant):
        return
    for spelt, other in words.pool.items():
        description = words.of(other)
        if spelt in words.lists:  # a list in itself
            continue
        if kind is not None and words.kind(other) == kind and spelt != ast.unparse(node) and description != mine:
            yield other, f"{description} in place of {mine}, in {{where}}", PLACE
    if kind != 0:  # prices have none
        yield made("abs(A)", A=node), f"{mine} without its sign, in {{where}}", AMOUNT
    if isinstance(node, ast.Name) and node.id in words.arrays:
        yield made("np.max(A)", A=node), f"the largest of {mine} in place of each, in {{where}}", PLACE
    if isinstance(node, ast.Name) and node.id in words.counted:
        yield made("A + 1", A=node), f"1 more than {mine}, in {{where}}", PLACE
        yield made("A - 1", A=node), f"1 less than {mine}, in {{where}}", PLACE


def _exchanged(node: ast.Tuple | ast.Dict, words: Words) -> New:
    """Two of several results in each other's place."""
    values = node.values if isinstance(node, ast.Dict) else node.elts
    named = [place for place, value in enumerate(values) if isinstance(value, ast.Name) and value.id in words.results]
    for one, other in itertools.combinations(named, 2):
        swapped = list(values)
        swapped[one], swapped[other] = values[other], values[one]
        new = ast.Dict(node.keys, swapped) if isinstance(node, ast.Dict) else ast.Tuple(swapped, ast.Load())
        yield new, f"{words.figure(values[one])} and {words.figure(values[other])} exchanged", RESULT


def others(node: ast.AST, words: Words) -> New:
    """Everything that may stand in place of an expression."""
    if isinstance(node, ast.BinOp):
        yield from _binary(node, words)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield from _compare(node, words)
    elif isinstance(node, ast.Call):
        yield from _call(node, words)
        yield from _method(node, words)
        yield from _correlation(node, words)
    elif isinstance(node, ast.Constant):
        yield from _constant(node, words)
    elif isinstance(node, ast.BoolOp):
        for place, value in enumerate(node.values):
            rest = [*node.values[:place], *node.values[place + 1 :]]
            kept = ast.BoolOp(node.op, rest) if len(rest) > 1 else rest[0]
            yield kept, f"the condition on {words.about(value)} left out", PLACE
    elif isinstance(node, ast.IfExp):
        about = words.about(node.test)
        for kept in (node.body, node.orelse):
            yield kept, f"{{where}} always {words.figure(kept)}, whatever {about}", words.rank(kept)
        yield ast.IfExp(node.test, node.orelse, node.body), f"the two cases of {{where}} exchanged, by {about}", PLACE
    elif isinstance(node, ast.Tuple | ast.Dict):
        yield from _exchanged(node, words)
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        yield from _subscript(node, words)
    if isinstance(node, ast.Name | ast.Subscript) and isinstance(node.ctx, ast.Load):
        yield from _in_place(node, words)
