"""What in a submission reaches beyond an answer, as a fact with the line itself.

It costs no point; a person decides what it means.
"""

import re

from nbformat import NotebookNode
from nbgrader import utils

from proctor.grading.matching import HandedCell, grade_id

PATTERNS: tuple[tuple[str, str], ...] = (
    (r"input_transformers|ast_transformers|TransformerManager", "changes code before it is run"),
    (r"display(hook|_pub|_formatter)|excepthook|set_custom_exc|showtraceback", "replaces how results or errors are shown"),
    (r"def __(eq|ne|lt|le|gt|ge|bool|array_ufunc|array_function|instancecheck)__", "defines what comparison means"),
    (r"\b(gradebook|nbgrader|answer_key|hidden.?tests?|release/|source/|autograded|submitted)\b", "names a place of the grader"),
    (r"\bIn\[|_ih\b|get_ipython\(\)\.(history|user_ns|kernel|events)|\.kernel\b.*(session|send)", "looks into the machinery"),
    (r"os\.(_exit|kill|fork|abort|exec\w*|symlink|link|system|popen|setuid)\b", "handles processes or links"),
    (r"subprocess|multiprocessing|pty\.spawn", "handles processes or links"),
    (r"\bsocket\b|urllib|requests\.|http\.client|ftplib|smtplib", "reaches for the network"),
    (r"/proc/|/etc/|/root\b|/home/|\.\./\.\.|expanduser|environ", "reads outside the working folder or its environment"),
    (r"ctypes|gc\.get_objects|sys\._getframe|inspect\.(stack|currentframe|getouterframes)", "inspects the interpreter"),
    (r"(np|pd|numpy|pandas|builtins|math)\.\w+(\.\w+)?\s*=[^=]|sys\.modules\[", "replaces part of a library"),
    (r"\bsignal\.(signal|alarm|SIG)|atexit|threading\.|setrecursionlimit|\bresource\.", "changes how the process runs"),
)
"""What a line contains, and what that does."""
LONGEST = 2000
"""Characters of a line that are searched, which may take the square of their number."""


def evidence(released: NotebookNode, handed_cells: tuple[HandedCell, ...]) -> list[str]:
    """Facts about a submission.

    Locked cells that were changed, tags that steer execution, lines that reach beyond an answer.
    """
    locked = {name: cell.source for cell in released.cells if (name := grade_id(cell)) and utils.is_locked(cell)}
    given = {(name, tag) for cell in released.cells if (name := grade_id(cell)) for tag in cell.metadata.get("tags", ())}
    facts = []
    for cell in handed_cells:
        name = cell["grade_id"]
        where = f"cell `{name}`" if name else "a cell of their own"
        for tag in cell["tags"]:
            if tag in {"skip-execution", "raises-exception", "nbval-skip"} and (name, tag) not in given:
                facts.append(f"{where} carries the tag `{tag}`")
        if name in locked:
            if cell["cell_type"] == "code" and not cell["as_released"] and not _alike(cell["source"], locked[name]):
                facts.append(f"locked {where} was changed; one of its lines now reads `{_different(cell['source'], locked[name])}`")
            continue
        if cell["cell_type"] != "code":
            continue
        for whole in cell["source"].splitlines():
            line = whole[:LONGEST]
            if len(whole) > LONGEST:
                facts.append(f"{where} has a line of {len(whole):,} characters: `{line.strip()[:160]}`")
            for pattern, meaning in PATTERNS:
                if re.search(pattern, line) and not line.lstrip().startswith("#"):
                    facts.append(f"{where} {meaning}: `{line.strip()[:160]}`")
                    break
    return facts[:40]


def _visible(source: str) -> str:
    return re.sub(r"(?s)### BEGIN HIDDEN TESTS.*?(### END HIDDEN TESTS|\Z)", "", source)


def _alike(first: str, second: str) -> bool:
    return "".join(first.split()) in {"".join(second.split()), "".join(_visible(second).split())}


def _different(first: str, second: str) -> str:
    known = {line.strip() for line in second.splitlines()}
    return next((line.strip()[:160] for line in first.splitlines() if line.strip() and line.strip() not in known), "(a line is gone)")
