"""An instructor's cell as code: compiled once, with the names that it needs from elsewhere."""

import ast
import functools
import symtable
from dataclasses import dataclass
from types import CodeType

from IPython.core.inputtransformer2 import TransformerManager


@dataclass(frozen=True)
class CellCode:
    """An instructor's cell, ready to run: its statements, the expression at its end if there is one, and the names it needs."""

    statements: CodeType
    last: CodeType | None
    silenced: bool
    free: frozenset[str]


@functools.lru_cache(maxsize=512)
def compiled(source: str) -> CellCode:
    """A cell of the instructor's, the same for every submission."""
    plain = TransformerManager().transform_cell(source)
    tree = ast.parse(plain)
    last, end = tree.body[-1] if tree.body else None, None
    if isinstance(last, ast.Expr):
        tree.body.pop()
        end = compile(ast.Expression(last.value), "<test>", "eval")
    silenced = source.rstrip().endswith(";")
    return CellCode(compile(tree, "<test>", "exec"), end, silenced, frozenset(free_names(plain)))


def free_names(source: str) -> set[str]:
    """Global names that code reads, at any depth, and does not bind itself before it is run."""
    found: set[str] = set()

    def walk(table: symtable.SymbolTable, top: bool) -> None:
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (symbol.is_global() or (top and not symbol.is_assigned() and not symbol.is_imported())):
                found.add(symbol.get_name())
        for child in table.get_children():
            walk(child, False)

    table = symtable.symtable(source, "<test>", "exec")
    walk(table, True)
    bound = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported() or s.is_namespace()}
    return {name for name in found if name not in bound}
