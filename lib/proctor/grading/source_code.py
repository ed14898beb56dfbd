"""An instructor's cell as code.

Compiled once, with the names that it reads and binds, and what it asks of where it runs.
"""

import ast
import contextlib
import functools
import re
import symtable
import sys
import types
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

NAMESPACE_READERS = frozenset({"globals", "locals", "dir", "vars"})
"""Functions whose result depends on which names there are."""
FILE_READERS = re.compile(
    r"\b(open|Path|exists|isfile|isdir|getsize|stat|listdir|scandir|glob|iglob|walk|loadtxt|genfromtxt|imread|fromfile|load|connect)\b|\bread_\w+"
)
"""What reads files of the working folder."""
TIMED = re.compile(r"^(\s*)%time\s+(?=\S)", re.MULTILINE)
FIRST_LINE = re.compile(r"\A\s*%%(time|capture)[ \t]*\n")
"""Magics whose cell or statement is run as it stands."""


@dataclass(frozen=True)
class CellCode:
    """An instructor's cell, ready to run.

    ``statements`` and the expression ``last`` at its end, if there is one; whether that one's value
    is ``silenced`` by a semicolon; ``free`` names that it reads and does not bind, all names that
    it ``reads``, and those that it ``binds``; whether it looks at ``files``.
    """

    statements: CodeType
    last: CodeType | None
    silenced: bool
    free: frozenset[str]
    reads: frozenset[str]
    binds: frozenset[str]
    files: bool


@functools.lru_cache(maxsize=512)
def compiled(source: str) -> CellCode:
    """A cell of the instructor's, the same for every submission.

    Raises SyntaxError for what is not Python.
    """
    plain = python(source)
    tree = ast.parse(plain)
    last, end = tree.body[-1] if tree.body else None, None
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    if isinstance(last, ast.Expr):
        tree.body.pop()
        end = compile(ast.Expression(last.value), "<test>", "eval", flags)
    code = compile(tree, "<test>", "exec", flags)
    reads, binds = _names(plain)
    silenced = source.rstrip().endswith(";")
    files = bool(FILE_READERS.search(plain))
    return CellCode(code, end, silenced, frozenset(reads - binds), frozenset(reads), frozenset(binds), files)


def python(source: str) -> str:
    """A cell as Python: magics become calls.

    A cell or statement that is only timed or captured is what it is without that.
    """
    return TransformerManager().transform_cell(TIMED.sub(r"\1", FIRST_LINE.sub("", source)))


def bound_names(source: str) -> frozenset[str]:
    """Global names that a cell binds other than by an import; none where it is not Python."""
    try:
        plain = python(source)
        imported = {name for statement in _imports(plain) for name in _names(ast.unparse(statement))[1]}
        return frozenset(_names(plain)[1] - imported)
    except SyntaxError:
        return frozenset()


def imports(source: str) -> list[str]:
    """Import statements at the top level of a cell, one by one; none where it is not Python."""
    try:
        return [ast.unparse(statement) for statement in _imports(python(source))]
    except SyntaxError:
        return []


def _imports(plain: str) -> Iterator[ast.Import | ast.ImportFrom]:
    for statement in ast.parse(plain).body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            yield statement


def _names(plain: str) -> tuple[set[str], set[str]]:
    """Global names that Python code reads, and those that it binds, at any depth."""
    reads: set[str] = set()
    binds: set[str] = set()

    def walk(table: symtable.SymbolTable, top: bool) -> None:
        for symbol in table.get_symbols():
            here = top or symbol.is_declared_global()
            if symbol.is_referenced() and (symbol.is_global() or top):
                reads.add(symbol.get_name())
            if here and (symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()):
                binds.add(symbol.get_name())
        for child in table.get_children():
            walk(child, False)

    walk(_symbols(plain), True)
    own = {name for name in reads | binds if name.startswith("__") and name.endswith("__")}
    return reads - own, binds - own


def _symbols(plain: str) -> symtable.SymbolTable:
    """The symbol table of Python code.

    From Python 3.12 on, names of a comprehension stand in the table around it, and from 3.14 on
    there is none where the code awaits at its top level. So it is that of other code with the same
    names there.
    """
    if sys.version_info >= (3, 12):
        with contextlib.suppress(RecursionError):
            return symtable.symtable(ast.unparse(_SameNames().visit(ast.parse(plain))), "<test>", "exec")
    return symtable.symtable(plain, "<test>", "exec")


class _SameNames(ast.NodeTransformer):
    """Code without ``await``, with plain loops and contexts, and generators as comprehensions."""

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp) -> ast.AST:
        return self.generic_visit(ast.GeneratorExp(node.elt, node.generators))

    visit_SetComp = visit_ListComp

    def visit_DictComp(self, node: ast.DictComp) -> ast.AST:
        return self.generic_visit(ast.GeneratorExp(ast.Tuple([node.key, node.value], ast.Load()), node.generators))

    def visit_Await(self, node: ast.Await) -> ast.expr:
        value: ast.expr = self.visit(node.value)
        return value

    def visit_AsyncFor(self, node: ast.AsyncFor) -> ast.AST:
        return ast.For(**vars(self.generic_visit(node)))

    def visit_AsyncWith(self, node: ast.AsyncWith) -> ast.AST:
        return ast.With(**vars(self.generic_visit(node)))

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        node.is_async = 0
        return self.generic_visit(node)


def function_shell(filename: str, form: object = None) -> types.FunctionType:
    """A function that does nothing and whose code says that it comes from a file of that name.

    By its ``form`` it is "async", a "generator", or an "async generator".
    """

    def nothing() -> None: ...
    async def nothing_async() -> None: ...
    def no_items() -> Iterator[None]:
        yield

    async def no_items_async() -> AsyncIterator[None]:
        yield

    shells: dict[object, Any] = {"async": nothing_async, "generator": no_items, "async generator": no_items_async}
    shell = shells.get(form, nothing) if isinstance(form, str) else nothing
    return types.FunctionType(shell.__code__.replace(co_filename=filename, co_firstlineno=1), {})
