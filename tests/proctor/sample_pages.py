"""Records of a made-up class for pages.

Every kind of cell, comment, note and mark, and a student who tries to break the page.
"""

import base64
import io
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from PIL import Image
from proctor.course.records import Part, Question, Record, Sheet
from proctor.course.regrading import CellChange, Regrading, StudentChange

SVG = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 90 30'><rect width='90' height='30' fill='#0072B2'/></svg>"
TABLE = "<table border='1'><thead><tr><th></th>{}</tr></thead><tbody>{}</tbody></table>".format(
    "".join(f"<th>column {n}</th>" for n in range(25)),
    "".join(
        "<tr><th>{}</th>{}</tr>".format(row, "".join(f"<td>{row * n / 7:.6f}</td>" for n in range(25)))
        for row in range(5)
    ),
)
WRITTEN = """# The answer

Risk is *bounded*: $\\text{risk} = \\sum_{k=1}^{n} q_k (p_k - s)$, so

$$\\frac{\\partial R}{\\partial s} = -\\sum_k q_k \\le 0.$$

## Drawn

![how the stop moves](attachment:stop.png)

| level | size |
|---|---|
| 1 | 0.5 |
"""
COMMENT = "Well *argued*; the bound is $R \\le R_0$. See [the paper](https://example.org/paper)."


def png(width: int = 300, height: int = 120) -> str:
    """A picture in base64."""
    stream = io.BytesIO()
    Image.new("RGB", (width, height), "#D55E00").save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()


def written_cell() -> NotebookNode:
    return new_markdown_cell(WRITTEN, attachments={"stop.png": {"image/png": png()}})


def code_cell() -> NotebookNode:
    """Code with every kind of output."""
    outputs = [
        new_output("stream", name="stdout", text="\n".join(f"line {n} " + "long " * 40 for n in range(60))),
        new_output("display_data", data={"text/html": TABLE, "text/plain": "frame"}),
        new_output("display_data", data={"image/svg+xml": SVG}),
        new_output("display_data", data={"image/png": png()}),
        new_output(
            "error", ename="ValueError", evalue="no such level", traceback=["----> 3 raise ValueError"]
        ),
    ]
    return new_code_cell("def pyramid_risk(levels):\n    return sum(levels)  # " + "x" * 300, outputs=outputs)


def sheet(name: str, title: str, points: float, **about: Any) -> Sheet:
    """A notebook with a coded and a written question."""
    parts = [
        Part(
            f"test_{name}",
            points,
            8.0,
            "Your answer is `3`; expected a list of 4 numbers.",
            "wrong" if points < 8 else "passed",
        )
    ]
    if points < 4:
        parts[0].misconception = "leverage multiplies the risk"
    hand = Part(
        f"why_{name}", 1.5 if points > 4 else 0.0, 2.0, by_hand=True, waiting=points <= 4, comment=COMMENT
    )
    lessons = [
        ("the risk", "notebooks/6.1-pyramiding.ipynb#What-the-risk-is"),
        ("a paper", "https://example.org/x.ipynb"),
    ]
    questions = [
        Question(f"risk_{name}", "The risk of $n$ levels", cells=[code_cell()], parts=parts, lessons=lessons),
        Question(f"why_{name}", "Why it is bounded", cells=[written_cell()], parts=[hand], lessons=lessons),
    ]
    return Sheet(name, title, questions, **about)


def student(number: int) -> Record:
    """One of a class: the higher the number, the more is right."""
    points = min(8.0, number / 2)
    sheets = [
        sheet("6.1-pyramiding", "6.1 Pyramiding", points, notes=["A cell `x` was twice there."]),
        sheet(
            "6.2-scaling", "6.2 Scaling in and out", max(0.0, points - 2), penalty=0.5 if number == 3 else 0.0
        ),
    ]
    if number == 2:
        sheets[1].handed_in = False
    if number == 1:
        sheets[0].questions[0].parts[0].reason = "lost"
    return Record(f"s{number:02d}", f"Student Number {number} with a Long Name", sheets, confined=number != 5)


CLASS = [student(number) for number in range(20)]
CLASS[4].evidence = [
    "`import os` in a cell of their own",
    "6.4-comprehension: the answer `q5_btc_variance_share` is right for variant 7; this student has the standard numbers",
    f"6.1-pyramiding: the cell `scale_out` reads outside the working folder or its environment: `open('{'a' * 150}')`",
]


def regrading(*, applied: bool) -> Regrading:
    """A regrading: some gain, some lose, one keeps a reader's mark, some are left out."""
    told = "`pyramid_risk(4)` should be 0.0150, yours is 0.0200: each level's stop is that of the last"
    cells = (
        CellChange("6.1-pyramiding", "test_pyramid_risk_2", 0.0, 5.0, told, ""),
        CellChange("6.1-pyramiding", "test_levels", 2.0, 1.5, "", "The third level is never added."),
        CellChange("6.2-scaling", "test_ledger_of_fills_and_costs_2", 1.0, 3.0, "wrong", "", overridden=True),
    )
    students = [
        StudentChange("ada", "Ada Lovelace", cells, 61.0, 65.5),
        StudentChange("cy@example.org", "Cy Dent-Featherstonehaugh", cells[1:2], 70.0, 69.5),
        StudentChange("zoe", "zoe", cells[:1], 12.0, 17.0),
    ]
    old = {one.student: one.old_total for one in students} | {"eve": 88.0}
    new = {one.student: one.new_total for one in students} | {"eve": 88.0}
    return Regrading(
        "phase6", applied, students, old, new, failed={"max": "the folder of the submission cannot be read"}, left_out=["new"]
    )
