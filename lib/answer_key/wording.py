"""Words for the names and figures in a plain text of an exercise."""

import ast
from collections.abc import Sequence

RESULT, STEP, PART, PLACE, AMOUNT = range(5)
"""Ranks, the lowest first: of a change of a result, a step, a part, another figure, an amount."""


class Words:
    """How names are written: arguments and results as they are spelt, other variables as words."""

    def __init__(self, function: ast.FunctionDef, alike: Sequence[Sequence[str]]) -> None:
        given = function.args
        self.parameters = [argument.arg for argument in (*given.args, *given.kwonlyargs)]
        nodes, whole = list(ast.walk(function)), ast.unparse(function)
        texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        self.results = texts - set(self.parameters)
        self.unknown = any(spelt in whole for spelt in ("isnan", "dropna", "rolling"))
        self.many = [name for name in self.parameters if f"np.asarray({name}" in whole]
        self.quoted = {*self.parameters, *texts}
        stored = [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
        self.variables = {*self.parameters, *stored} - {"rows", "results"}
        self.counted = {node.target.id for node in nodes if isinstance(node, ast.For) and isinstance(node.target, ast.Name)}
        several = [node.iter for node in nodes if isinstance(node, ast.For | ast.comprehension)]
        several += [node.value for node in nodes if isinstance(node, ast.Subscript | ast.Attribute)]
        calls = [node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func) in ("zip", "list", "len")]
        several += [each for node in calls for each in node.args]
        self.sequences = {each.id for each in several if isinstance(each, ast.Name)}
        methods = [node for node in nodes if isinstance(node, ast.Attribute) and node.attr == "append"]
        self.lists = {ast.unparse(node.value) for node in methods}
        assigns = [node for node in nodes if isinstance(node, ast.Assign)]
        self.definitions = {each.id: node.value for node in assigns for each in node.targets if isinstance(each, ast.Name)}
        self.arrays: set[str] = {name for name in self.sequences if name in stored} | {
            name for name, value in self.definitions.items() if "accumulate" in ast.unparse(value) or "backtest" in ast.unparse(value)
        }
        self.changing = {name for name in stored if stored.count(name) > 1}
        products = [node for node in nodes if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult)]
        factors = {ast.unparse(each) for node in products for each in (node.left, node.right)}
        self.multiplying = [name for name in self.parameters if name in factors]
        simple = [node for node in assigns if isinstance(node.value, ast.Name | ast.Constant)]
        first = {each.id: node.value for node in reversed(simple) for each in node.targets if isinstance(each, ast.Name)}
        self.begun = {name: value for name, value in first.items() if name in self.changing}
        self.kinds = {name: kind for kind, names in enumerate(alike) for name in names}
        figures = [node for node in nodes if isinstance(node, ast.Name | ast.Subscript) and isinstance(node.ctx, ast.Load)]
        self.pool = {ast.unparse(node): node for node in figures if self.of(node)}

    def kind(self, node: ast.AST) -> int | None:
        """The kind of figure of a variable, or of an element of one: its group in ``alike``."""
        inner = node.value if isinstance(node, ast.Subscript) else node
        return self.kinds.get(inner.id) if isinstance(inner, ast.Name) else None

    def factors(self, node: ast.AST) -> list[str]:
        """Arguments that are numbers, from which a variable is computed."""
        definition = self.definitions.get(node.id) if isinstance(node, ast.Name) else None
        inside = [each.id for each in ast.walk(definition) if isinstance(each, ast.Name)] if definition else []
        return [name for name in dict.fromkeys(inside) if name in self.parameters and name not in self.sequences]

    def name(self, spelt: str) -> str:
        """A variable's name as the student reads it."""
        if spelt in self.quoted:
            return f"`{spelt}`"
        return f"the {spelt.replace('_', ' ').replace('sharpe', 'Sharpe').replace('kelly', 'Kelly')}"

    def of(self, node: ast.AST) -> str | None:
        """Short words for a figure; None where it has none."""
        if isinstance(node, ast.Name):
            return self.name(node.id) if node.id in self.variables else None
        if isinstance(node, ast.Constant):
            return f"{node.value:g}" if isinstance(node.value, int | float) else None
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in self.variables:
            place = ast.unparse(node.slice)
            if place in ("0", "-1"):
                return f"the {'first' if place == '0' else 'last'} of {self.name(node.value.id)}"
            return self.name(node.value.id) if isinstance(node.slice, ast.Name) else None
        return None

    def about(self, node: ast.AST) -> str:
        """The names of the variables in a figure."""
        inside = [self.name(each.id) for each in ast.walk(node) if isinstance(each, ast.Name) and each.id in self.variables]
        found = list(dict.fromkeys(inside))
        return " and ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found) or "a figure"

    def figure(self, node: ast.AST) -> str:
        """A figure in words: its short ones, its operation, or the variables in it."""
        found = self.of(node)
        if found is None and isinstance(node, ast.BinOp):
            signs = {ast.Add: "plus", ast.Sub: "less", ast.Mult: "times", ast.Div: "over"}
            left, right = self.of(node.left), self.of(node.right)
            found = f"{left} {signs[type(node.op)]} {right}" if left and right and type(node.op) in signs else None
        if found is None and isinstance(node, ast.Call):
            inner = node.func.value if isinstance(node.func, ast.Attribute) and not node.args else node.args[0] if node.args else node
            spelt = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
            names = {"std": "the standard deviation", "mean": "the mean", "sqrt": "the root", "sum": "the sum", "max": "the largest"}
            found = f"{names[spelt]} of {self.of(inner)}" if spelt in names and self.of(inner) else None
        return found or f"what comes from {self.about(node)}"

    def rank(self, node: ast.AST, best: int = STEP) -> int:
        """The rank of a change of a figure: ``best``, or PART where it has no short words."""
        return max(best, PART) if self.figure(node).startswith("what") else best
