"""Constructs of tests that cannot be graded from outside the student's kernel, and what to write.

One table for those that are refused wherever they stand, one for those that are told of where the
instructor's own solution fails the test.
"""

import ast
import builtins
from collections.abc import Callable, Iterator
from dataclasses import dataclass

UNSAFE_CALLS = {
    **dict.fromkeys(("eval", "exec", "compile", "__import__"), "it would run a student's text; compare the text, or have a function"),
    **dict.fromkeys(("system", "popen", "Popen", "check_output", "run_path", "run_module"), "a test starts no program"),
    **dict.fromkeys(("read_pickle", "unpickle"), "a pickle runs code when it is read; have the student write CSV, JSON or .npy"),
    **dict.fromkeys(("shares_memory", "may_share_memory"), "memory cannot be seen from outside; change one and look at the other"),
}
UNSAFE_MODULES = {
    **dict.fromkeys(("pickle", "dill", "joblib", "shelve", "marshal", "cloudpickle"),
                    "it runs code when it reads a student's file; have the student write CSV, JSON or .npy"),
    **dict.fromkeys(("subprocess", "pexpect", "ctypes", "runpy"), "a test starts no program; have a function, and call it"),
    "doctest": "it would run the student's own examples; call the function and compare what it returns",
}
COPIED = "plain data are copied on their way, so `is` says nothing"
CHANGE_ONE = "change one and look at the other, or compare with =="
IDENTITY = f"{COPIED}; {CHANGE_ONE}"
ELSE = (
    "If a function of yours has to run beside the student's code, `f.examined_by(helper)` calls `helper(f)` there, "
    "and the test looks at what that returns"
)
"""What helps where no construct is known."""


Holds = Callable[[ast.AST, frozenset[str]], bool]
"""Whether a node of a test is of a construct; the names are those that students bind above."""


@dataclass(frozen=True)
class Construct:
    """A construct by how it is recognised in one node of a test, why it fails, and a rewrite."""

    holds: Holds
    why: str
    instead: str

    def __str__(self) -> str:
        return f"{self.why}; {self.instead}"


def name_of(node: ast.AST | None) -> str:
    """The last part of a name with dots; empty for any other expression."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _calls(*names: str) -> Holds:
    return lambda node, students: isinstance(node, ast.Call) and name_of(node.func) in names


def imported(node: ast.AST) -> list[str]:
    """Names of the packages that an import takes something from; none for any other node."""
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
    return [name.split(".")[0] for name in names]


def _imports(*packages: str) -> Holds:
    return lambda node, students: any(name in packages for name in imported(node))


def _reads(*names: str) -> Holds:
    return lambda node, students: isinstance(node, ast.Attribute) and node.attr in names


def _bound(node: ast.AST) -> str:
    """The name to which a node gives a value; empty where it gives none."""
    if isinstance(node, ast.FunctionDef):
        return node.name
    return node.id if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else ""


def _of_a_library(node: ast.AST, students: frozenset[str]) -> bool:
    """Whether a node catches an exception that a module has."""
    kinds: list[ast.expr | None] = [node.type] if isinstance(node, ast.ExceptHandler) else []
    if isinstance(node, ast.Call) and name_of(node.func) in ("raises", "assertRaises", "assert_raises", "assertRaisesRegex"):
        kinds += node.args[:1]
    caught = [each for kind in kinds for each in (kind.elts if isinstance(kind, ast.Tuple) else [kind])]
    known = [name for name in map(name_of, caught) if hasattr(builtins, name) or name in students]
    return len(known) < len([each for each in caught if name_of(each)])


CONSTRUCTS = (
    Construct(
        lambda node, students: isinstance(node, ast.ClassDef) and any(name_of(base) in students for base in node.bases),
        "the class is made beside the student's, where `super()`, properties and decorated methods of the test are not",
        "define plain methods that use `self` alone, and name the base, as in `Shape.area(self)`",
    ),
    Construct(
        lambda node, students: isinstance(node, ast.ClassDef),
        "an object of a class that the test defines cannot be passed to the student's code",
        "define the class in a locked cell above, which runs on both sides",
    ),
    Construct(
        lambda node, students: isinstance(node, ast.Constant) and str(node.value).startswith("__main__."),
        "the student's names are not in the test's own `__main__`",
        "have the function take the other one as an argument, and pass one of the test's",
    ),
    Construct(
        lambda node, students: isinstance(node, ast.Name) and isinstance(node.ctx, ast.Del) and node.id in students,
        "the test deletes a name of its own; the student's code still has it",
        "look for the call in `inspect.getsource(f)`",
    ),
    Construct(
        lambda node, students: _bound(node) in students,
        "the test gives the name a value of its own, which the student's code does not see",
        "have the function take it as an argument, or look for the call in `inspect.getsource(f)`",
    ),
    Construct(
        lambda node, students: _bound(node) != "" and hasattr(builtins, _bound(node)),
        "the test gives the name a value of its own, which the student's code does not see",
        "replace it for both, as in `with unittest.mock.patch('builtins.print') as printed:`",
    ),
    Construct(
        _calls("gca", "gcf", "get_fignums", "figure", "fignum_exists"),
        "figures are drawn in the student's kernel, and the test's `plt` has none of them",
        "have the function return its axes, or the question's cell keep them (`ax = plt.gca()`), and look at `ax`",
    ),
    Construct(
        _calls("subplots", "subplot", "axes"),
        "axes of the test cannot be passed to the student's code",
        "have the function make its own and return them: `ax = draw(data)`",
    ),
    Construct(
        _calls("Mock", "MagicMock", "AsyncMock", "mock_open", "create_autospec", "SimpleNamespace"),
        "the student's code gets functions and plain data from a test, no attributes or methods of such an object",
        "pass a function that notes what it is called with (`said.append`), or an object of a class that a locked cell defines",
    ),
    Construct(
        _calls("connect", "urlopen", "socket", "Session"),
        "a connection of the test cannot be passed to the student's code",
        "have the function take a file's name, and write that file beside the notebook",
    ),
    Construct(
        _imports("tempfile"),
        "the student's code does not see the test's temporary folders",
        "write the file beside the notebook, as in `open('sample.txt', 'w')`, and pass that name",
    ),
    Construct(
        _calls("getLogger", "assertLogs", "assertNoLogs"),
        "what the student's code logs stays in its kernel",
        "have it return or print the text, and capture that with `contextlib.redirect_stdout`",
    ),
    Construct(
        _calls("isabstract"),
        "`inspect.isabstract` looks into the class itself, which is in the student's kernel",
        "see that calling it raises a TypeError, or look at `Shape.__abstractmethods__`",
    ),
    Construct(
        lambda node, students: isinstance(node, ast.Attribute) and node.attr.startswith("co_"),
        "a function's code stays in the student's kernel; of it, the test has the text and the parameters",
        "use `inspect.getsource(f)` or `inspect.signature(f)`",
    ),
    Construct(
        _imports("dis", "gc", "tracemalloc", "weakref"),
        "it looks at objects of this process; the student's are in another one",
        "have a helper look there: `f.examined_by(helper)` calls `helper(f)` beside the student's code",
    ),
    Construct(
        _of_a_library,
        "an exception of a library arrives as one of the same name that is derived from Python's own classes alone",
        "catch the one of these, such as ValueError, and compare `type(error).__name__`",
    ),
    Construct(
        lambda node, students: _reads("__annotations__")(node, students) or _calls("get_type_hints")(node, students),
        "of annotations, Python's own types are equal to the test's; `list[int]` and the like are objects",
        "compare them as text: `str(f.__annotations__['return']) == 'list[int]'`",
    ),
    Construct(
        lambda node, students: isinstance(node, ast.BinOp) and any(isinstance(side, ast.Call) and name_of(side.func) in students
                                                                for side in (node.left, node.right)),
        "an object that a function returns takes part in no arithmetic, unless the other operand is one that the test made",
        "look at an attribute or a method of the result, as in `(a + b).x` of `a, b = V(1), V(2)`",
    ),
    Construct(
        lambda node, students: isinstance(node, ast.Compare) and any(isinstance(operator, ast.Is) for operator in node.ops)
        and not any(isinstance(side, ast.Constant) for side in node.comparators),
        COPIED, CHANGE_ONE,
    ),
    Construct(
        _calls("getattr_static"),
        "the student's class is in its own kernel, and here is a proxy of it",
        "look into `vars(T)`, as in `isinstance(vars(T)['area'], property)`",
    ),
)
"""In their order; of a node the first that holds is told."""


def found_in(tree: ast.AST, students: frozenset[str]) -> Iterator[tuple[ast.AST, Construct]]:
    """Constructs in a cell's code, each once, with the first node at which it stands."""
    told = set[Construct]()
    for node in ast.walk(tree):
        found = next((each for each in CONSTRUCTS if each.holds(node, students)), None)
        if found is not None and found not in told:
            told.add(found)
            yield node, found
