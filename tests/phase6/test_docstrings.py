"""Docstrings of the public functions say what goes in and what is refused.

Public: without an underscore, in a module without one. Of `phase6.plots` only what the package
exports counts; the rest are small helpers of the pictures. `phase6.original` is as published.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from phase6 import plots

LIB = Path(plots.__file__).resolve().parents[1]
MANY = 3
"""Parameters from which on a section describes them."""


def public_modules() -> list[Path]:
    names = (path.relative_to(LIB) for path in sorted(LIB.rglob("*.py")))
    return [name for name in names if name.stem != "original" and not re.search(r"(^|/)_(?!_init__)", str(name))]


def public_functions(module: Path) -> Iterator[ast.FunctionDef]:
    helpers = module.parts[0] == "plots"
    for node in ast.parse((LIB / module).read_text()).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and (not helpers or node.name in plots.__all__):
            yield node


def sections(function: ast.FunctionDef) -> dict[str, str]:
    parts = re.split(r"^(\w+)\n-+\n", ast.get_docstring(function) or "", flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def parameters(function: ast.FunctionDef) -> set[str]:
    given = function.args
    named = {each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)}
    return named | {f"*{each.arg}" for each in [given.vararg] if each} | {f"**{each.arg}" for each in [given.kwarg] if each}


def described(function: ast.FunctionDef) -> set[str]:
    heads = re.findall(r"^(\S[^:\n]*)", sections(function).get("Parameters", ""), re.M)
    return {name.strip() for head in heads for name in head.split(",")}


def errors(function: ast.FunctionDef) -> set[str]:
    """Exceptions that a function raises itself, or by a rule of `phase6._validation`."""
    found = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            found.add(ast.unparse(node.exc.func).split(".")[-1])
        elif isinstance(node, ast.Call) and ast.unparse(node.func).startswith("valid."):
            found.add("ValueError")
    return found


def test_the_rules_see_what_is_missing():
    (function,) = ast.parse('''
def grow(rate, *, years, **rule):
    """What grows.

    Parameters
    ----------
    rate, years : float
        Both.
    """
    valid.number("rate", rate)
    raise TypeError("no")
''').body
    assert isinstance(function, ast.FunctionDef)
    assert parameters(function) - described(function) == {"**rule"}
    assert errors(function) == {"ValueError", "TypeError"}
    assert len(public_modules()) > 60


@pytest.mark.parametrize("module", public_modules(), ids=str)
def test_all_of_three_parameters_or_more_are_described(module):
    missing = {each.name: parameters(each) - described(each) for each in public_functions(module) if len(parameters(each)) >= MANY}
    assert {name: names for name, names in missing.items() if names} == {}


@pytest.mark.parametrize("module", public_modules(), ids=str)
def test_every_described_parameter_is_there(module):
    beyond = {each.name: described(each) - parameters(each) for each in public_functions(module)}
    assert {name: names for name, names in beyond.items() if names} == {}


@pytest.mark.parametrize("module", public_modules(), ids=str)
def test_a_function_that_refuses_input_says_so(module):
    missing = {}
    for each in public_functions(module):
        said = sections(each).get("Raises", "")
        missing[each.name] = {name for name in errors(each) if not re.search(rf"\b{re.escape(name)}\b", said)}
    assert {name: names for name, names in missing.items() if names} == {}
