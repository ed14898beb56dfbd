# ruff: noqa: E501
"""What happens to honest notebooks between handing out and handing in.

Each is a change of a right copy of the toy notebook.
"""

import copy
import json
import uuid
from collections.abc import Callable

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell

from tests.proctor.making import DOUBLE, SHIFT, VALUE, released, right

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
ODDITIES: dict[str, Callable[[], NotebookNode | bytes]] = {}


def name_of(cell: NotebookNode) -> str | None:
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def at(notebook: NotebookNode, name: str) -> int:
    return next(place for place, cell in enumerate(notebook.cells) if name_of(cell) == name)


def cell_of(notebook: NotebookNode, name: str) -> NotebookNode:
    return notebook.cells[at(notebook, name)]


def oddity(name: str) -> Callable[[Callable[[NotebookNode], object]], None]:
    """A change of a right notebook, in place.

    What it returns as bytes or as a notebook is what is handed in.
    """

    def keep(change: Callable[[NotebookNode], object]) -> None:
        def make() -> NotebookNode | bytes:
            notebook = right()
            made = change(notebook)
            return made if isinstance(made, bytes | NotebookNode) else notebook

        assert name not in ODDITIES, name
        ODDITIES[name] = make

    return keep


def every_cell(name: str, **metadata: object) -> None:
    @oddity(name)
    def _(notebook: NotebookNode) -> None:
        for cell in notebook.cells:
            cell.metadata.update(copy.deepcopy(metadata))


def of_notebook(name: str, **metadata: object) -> None:
    @oddity(name)
    def _(notebook: NotebookNode) -> None:
        notebook.metadata.update(copy.deepcopy(metadata))


# What editors leave in metadata
every_cell("Colab: ids of cells and outputs", id="Zx81", outputId="6f-1", colab={"base_uri": "https://localhost/"})
every_cell("Colab: a form", cellView="form")
every_cell("VS Code: language", vscode={"languageId": "python"})
every_cell("VS Code: notebook runner", notebookRunGroups={"groupValue": "1"})
every_cell("Deepnote: cell types and hashes", cell_id="00001-9a", deepnote_cell_type="code", source_hash="b623e53d", execution_start=1, execution_millis=12)
every_cell("Deepnote: app view", deepnote_app_coordinates={"h": 5, "w": 12, "x": 0, "y": 1}, deepnote_to_be_reexecuted=False)
every_cell("Kaggle: uuid", _uuid="8f2839", _cell_guid="b1076dfc", trusted=True, execution={"iopub.status.busy": "2026-01-01"})
every_cell("Databricks: titles", **{"application/vnd.databricks.v1+cell": {"title": "", "showTitle": False, "inputWidgets": {}, "nuid": "1"}})
every_cell("PyCharm: folded", pycharm={"name": "#%%\n", "is_executing": False})
every_cell("Datalore: nodes", datalore={"node_id": "x", "type": "CODE", "hide_input_from_viewers": False})
every_cell("SageMaker: tags", tags=["parameters"], trusted=True)
every_cell("nteract: hidden", inputHidden=False, outputHidden=False, jupyter={"source_hidden": True})
every_cell("JupyterLab: collapsed", collapsed=True, scrolled=True, editable=True, deletable=False)
every_cell("slides", slideshow={"slide_type": "subslide"})
every_cell("papermill", papermill={"duration": 0.1, "status": "completed", "exception": False})
every_cell("tags that steer execution", tags=["raises-exception", "hide-input"])
every_cell("spell checker", spellcheck="de", lines_to_next_cell=2)
every_cell("hide code", hide_input=True, init_cell=True, run_control={"frozen": False})
of_notebook("Colab: notebook", colab={"provenance": [], "toc_visible": True}, accelerator="GPU")
of_notebook("VS Code: interpreter", language_info={"name": "python", "version": "3.13.1"}, vscode={"interpreter": {"hash": "ab" * 32}})
of_notebook("Deepnote: notebook", deepnote={}, deepnote_notebook_id="ab12", deepnote_execution_queue=[])
of_notebook("Kaggle: notebook", kaggle={"accelerator": "none", "dataSources": [], "isInternetEnabled": True})
of_notebook("CoCalc", kernelspec={"name": "python3-ubuntu", "display_name": "Python 3 (Ubuntu)", "language": "python", "metadata": {"cocalc": {"priority": 9}}})
of_notebook("Anaconda's kernel", kernelspec={"name": "conda-base-py", "display_name": "Python [conda env:base]", "language": "python"})
of_notebook("R's kernel by mistake", kernelspec={"name": "ir", "display_name": "R", "language": "R"})
of_notebook("Pyodide", kernelspec={"name": "python", "display_name": "Python (Pyodide)", "language": "python"})
of_notebook("jupytext", jupytext={"formats": "ipynb,py:percent", "text_representation": {"extension": ".py"}})
of_notebook("widgets' state", widgets={"application/vnd.jupyter.widget-state+json": {"state": {}, "version_major": 2, "version_minor": 0}})
of_notebook("contents and inspector", toc={"base_numbering": 1}, varInspector={"cols": {}}, latex_envs={"LaTeX_envs_menu_present": True})


# Names, ids and marks that get lost
def losing(name: str, *, marks: Callable[[NotebookNode], bool] = lambda cell: False, ids: bool = False) -> None:
    @oddity(name)
    def _(notebook: NotebookNode) -> None:
        for cell in notebook.cells:
            if marks(cell):
                cell.metadata.pop("nbgrader", None)
            if ids:
                cell.id = uuid.uuid4().hex[:8]


losing("ids replaced", ids=True)
losing("marks of one answer lost", marks=lambda cell: name_of(cell) == "double")
losing("marks of one answer and all ids lost", marks=lambda cell: name_of(cell) == "double", ids=True)
losing("marks of every answer lost", marks=lambda cell: bool(cell.metadata.get("nbgrader", {}).get("solution")))
losing("marks of every answer and all ids lost", marks=lambda cell: bool(cell.metadata.get("nbgrader", {}).get("solution")), ids=True)
losing("all marks lost", marks=lambda cell: True)
losing("all marks and ids lost", marks=lambda cell: True, ids=True)
losing("marks of the tests lost", marks=lambda cell: bool(cell.metadata.get("nbgrader", {}).get("grade")), ids=True)
losing("marks of the written answer lost", marks=lambda cell: name_of(cell) == "why", ids=True)
losing("marks of the value lost", marks=lambda cell: name_of(cell) == "answer", ids=True)


@oddity("metadata emptied by a converter")
def _(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata = NotebookNode()


@oddity("all ids the same")
def _(notebook: NotebookNode) -> bytes:
    for cell in notebook.cells:
        cell.id = "same"
    return json.dumps(notebook).encode()


# Cells that were merged, split, moved, replaced, doubled, deleted
@oddity("two answers merged into the first")
def _(notebook: NotebookNode) -> None:
    cell_of(notebook, "double").source += "\n\n" + SHIFT
    del notebook.cells[at(notebook, "shift")]


@oddity("two answers merged into the second")
def _(notebook: NotebookNode) -> None:
    cell_of(notebook, "shift").source += "\n\n" + DOUBLE
    del notebook.cells[at(notebook, "double")]
    notebook.cells.insert(at(notebook, "test_double"), notebook.cells.pop(at(notebook, "shift")))


@oddity("an answer merged with its test")
def _(notebook: NotebookNode) -> None:
    cell_of(notebook, "double").source += "\n" + cell_of(notebook, "test_double").source
    del notebook.cells[at(notebook, "test_double")]


@oddity("an answer split in two, both with its name")
def _(notebook: NotebookNode) -> None:
    place = at(notebook, "double")
    first, second = copy.deepcopy(notebook.cells[place]), copy.deepcopy(notebook.cells[place])
    first.source, second.source, second.id = "factor = 2", "def double(x):\n    return factor * x", "second"
    notebook.cells[place : place + 1] = [first, second]


@oddity("an answer split in two, the second half without a name")
def _(notebook: NotebookNode) -> None:
    cell_of(notebook, "double").source = "factor = 2"
    notebook.cells.insert(at(notebook, "double") + 1, new_code_cell("def double(x):\n    return factor * x"))


@oddity("an answer split in two, the first half without a name")
def _(notebook: NotebookNode) -> None:
    cell_of(notebook, "double").source = "def double(x):\n    return factor * x"
    notebook.cells.insert(at(notebook, "double"), new_code_cell("factor = 2"))


@oddity("an answer written into a cell of one's own, the given one left as it was")
def _(notebook: NotebookNode) -> NotebookNode:
    notebook = right(double=cell_of(released(), "double").source)
    notebook.cells.insert(at(notebook, "double") + 1, new_code_cell(DOUBLE))
    return notebook


@oddity("an answer replaced by a new cell")
def _(notebook: NotebookNode) -> None:
    notebook.cells[at(notebook, "double")] = new_code_cell(DOUBLE)


@oddity("every answer replaced by a new cell")
def _(notebook: NotebookNode) -> None:
    for name, source in (("double", DOUBLE), ("shift", SHIFT), ("answer", VALUE)):
        notebook.cells[at(notebook, name)] = new_code_cell(source)


@oddity("an answer deleted and written at the end")
def _(notebook: NotebookNode) -> None:
    del notebook.cells[at(notebook, "double")]
    notebook.cells.append(new_code_cell(DOUBLE))


@oddity("an answer moved to the end")
def _(notebook: NotebookNode) -> None:
    notebook.cells.append(notebook.cells.pop(at(notebook, "double")))


@oddity("answers moved to the top")
def _(notebook: NotebookNode) -> None:
    for name in ("answer", "shift", "double"):
        notebook.cells.insert(0, notebook.cells.pop(at(notebook, name)))


@oddity("the order reversed")
def _(notebook: NotebookNode) -> None:
    notebook.cells.reverse()


@oddity("every cell twice")
def _(notebook: NotebookNode) -> None:
    notebook.cells += [NotebookNode({**cell, "id": f"again-{place}"}) for place, cell in enumerate(notebook.cells)]


@oddity("only the answers left")
def _(notebook: NotebookNode) -> None:
    notebook.cells = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution")]


@oddity("the tests deleted")
def _(notebook: NotebookNode) -> None:
    notebook.cells = [cell for cell in notebook.cells if not (name_of(cell) or "").startswith("test_")]


@oddity("the preamble deleted")
def _(notebook: NotebookNode) -> None:
    del notebook.cells[at(notebook, "preamble")]


@oddity("the preamble changed")
def _(notebook: NotebookNode) -> None:
    cell_of(notebook, "preamble").source += "\nbase = [7]\nimport numpy as np"


@oddity("a test changed to see more")
def _(notebook: NotebookNode) -> None:
    cell_of(notebook, "test_double").source = "print(double(2))\n" + cell_of(notebook, "test_double").source


@oddity("tests commented out")
def _(notebook: NotebookNode) -> None:
    cell_of(notebook, "test_double").source = "# " + cell_of(notebook, "test_double").source


@oddity("the open cell filled")
def _(notebook: NotebookNode) -> None:
    next(cell for cell in notebook.cells if cell.id == "open").source = "for i in range(3):\n    print(double(i))"


@oddity("the open cell deleted")
def _(notebook: NotebookNode) -> None:
    notebook.cells = [cell for cell in notebook.cells if cell.id != "open"]


@oddity("prose deleted")
def _(notebook: NotebookNode) -> None:
    notebook.cells = [cell for cell in notebook.cells if cell.cell_type == "code"]


@oddity("notes between the cells")
def _(notebook: NotebookNode) -> None:
    notebook.cells = [each for cell in notebook.cells for each in (cell, new_markdown_cell("*my note*"))]


@oddity("raw cells between the cells")
def _(notebook: NotebookNode) -> None:
    notebook.cells = [each for cell in notebook.cells for each in (cell, new_raw_cell("note"))]


@oddity("five hundred empty cells")
def _(notebook: NotebookNode) -> None:
    notebook.cells = [*(new_code_cell("") for _ in range(500)), *notebook.cells]


@oddity("a hundred and fifty cells of trying things")
def _(notebook: NotebookNode) -> None:
    notebook.cells[3:3] = [new_code_cell(f"x{number} = {number}") for number in range(150)]


@oddity("the same open cell's text again below")
def _(notebook: NotebookNode) -> None:
    notebook.cells.append(new_code_cell("# room to try things"))


# What honest code does
def first(name: str, *sources: str) -> None:
    @oddity(name)
    def _(notebook: NotebookNode) -> None:
        notebook.cells[3:3] = [new_code_cell(source) for source in sources]


def answers(name: str, **sources: str) -> None:
    @oddity(name)
    def _(notebook: NotebookNode) -> NotebookNode:
        return right(**sources)


first("!command", "!echo hello")
first("output of a !command", "files = !ls\nprint(len(files))")
first("!command that fails", "!no-such-command --help")
first("%pip install without a network", "%pip --version")
first("%%time", "%%time\nsum(range(10))")
first("%time", "%time sum(range(10))")
first("%%timeit", "%%timeit -n 1 -r 1\nsum(range(10))")
first("%%capture", "%%capture out\nprint('kept')")
first("%%writefile and import", "%%writefile helper_of_mine.py\nfactor = 2", "from helper_of_mine import factor")
first("%%bash", "%%bash\necho from bash")
first("%run of a file of one's own", "%%writefile mine.py\nz = 1", "%run mine.py")
first("%matplotlib inline", "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()")
first("%matplotlib widget, which is not installed", "%matplotlib widget")
first("%load_ext autoreload", "%load_ext autoreload\n%autoreload 2")
first("%config", "%config InlineBackend.figure_format = 'retina'")
first("%who and %whos", "%who\n%whos")
first("%reset", "%reset -f")
first("a magic that does not exist", "%no_such_magic")
first("help with a question mark", "print?", "len??")
first("input()", "name = input('Your name? ')")
first("a warning", "import warnings\nwarnings.warn('hm')")
first("text on stderr", "import sys\nprint('x', file=sys.stderr)")
first("logging", "import logging\nlogging.basicConfig(level=logging.DEBUG)\nlogging.error('hm')")
first("an error in a cell of one's own", "1 / 0")
first("a syntax error in a cell of one's own", "def broken(:\n    pass")
first("an undefined name", "print(not_yet_defined)")
first("emoji and other scripts", "print('🚀 ünïcödé 漢字 \\u202e')")
first("a progress bar", "from tqdm.auto import tqdm\nfor _ in tqdm(range(3)):\n    pass")
first("a widget", "import ipywidgets\nipywidgets.IntSlider()")
first("HTML and LaTeX", "from IPython.display import HTML, Math, display\ndisplay(HTML('<b>x</b>'), Math('x^2'))")
first("await at the top level", "import asyncio\nawait asyncio.sleep(0)")
first("a thread that goes on", "import threading, time\nthreading.Thread(target=time.sleep, args=(1,), daemon=True).start()")
first("a process", "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'print(1)'], capture_output=True, start_new_session=True)")
first("exit()", "exit")
first("exit(), before the rest takes a while", "exit()", "quit()", "import time\ntime.sleep(0.4)")
answers("exit() in an answer that takes a while", double="import time\nexit()\ndef double(x):\n    time.sleep(0.2)\n    return 2 * x")
first("random numbers", "import random, numpy as np\nrandom.seed(1)\nnp.random.seed(1)")
first("a much larger recursion limit", "import sys\nsys.setrecursionlimit(10_000)")
first("NumPy's print options and errors", "import numpy as np\nnp.set_printoptions(precision=2)\nnp.seterr(all='raise')")
first("pandas' options", "import pandas as pd\npd.set_option('display.max_rows', 5)")
first("a variable named globals", "globals = ['world']")
first("variables named like builtins", "list = [1]\nsum = 3\ninput = 'x'\nprint = print\nid = 7")
first("variables named like modules", "json = proctor = sys = 1")
first("names of the tests", "given = [9]\nmath = None")
first("a hundred open figures", "import matplotlib\nmatplotlib.rcParams['figure.max_open_warning'] = 0\nimport matplotlib.pyplot as plt\nfor _ in range(30):\n    plt.figure(figsize=(1, 1))\nplt.close('all')")
first("a million printed characters", "print('x' * 1_000_000)")
answers("a lambda", double="double = lambda x: 2 * x")
answers("NumPy's numbers", double="import numpy as np\ndef double(x):\n    return np.float64(2) * x", answer="import numpy as np\nanswer = np.int64(42)")
answers("a callable object", double="class Double:\n    def __call__(self, x):\n        return 2 * x\ndouble = Double()")
answers("a partial function", double="import functools, operator\ndouble = functools.partial(operator.mul, 2)")
answers("a cached function", double="import functools\n@functools.lru_cache\n" + DOUBLE)
answers("type hints", double="def double(x: float) -> float:\n    'Twice.'\n    return 2 * x")
answers("a recursive function", double="def double(x, n=2):\n    return 0 if n == 0 else x + double(x, n - 1)")
answers("a function that prints", double="def double(x):\n    print('called with', x)\n    return 2 * x")
answers("a function that warns", double="import warnings\ndef double(x):\n    warnings.warn('slow')\n    return 2 * x")
answers("a function that plots", double="import matplotlib.pyplot as plt\ndef double(x):\n    plt.plot([x])\n    return 2 * x")
answers("tests of one's own below the answer", double=DOUBLE + "\nassert double(1) == 2\nprint('ok')")
answers("a magic in the answer's cell", double="%matplotlib inline\n" + DOUBLE)
answers("the answer's cell timed", double="%%time\n" + DOUBLE)
answers("an error below the answer", double=DOUBLE + "\nprint(undefined)")
answers("tabs", double="def double(x):\n\treturn 2 * x")
answers("carriage returns", double=DOUBLE.replace("\n", "\r\n"))
answers("no-break spaces in a comment", double="# see\u00a0below\n" + DOUBLE)
answers("a helper defined below its use", double="def double(x):\n    return twice(x)\ndef twice(x):\n    return 2 * x")
answers("Fractions", double="from fractions import Fraction\ndef double(x):\n    return float(Fraction(x) * 2) if x == 2 else x * 2")
answers("an answer in two statements", answer="answer = 40\nanswer += 2")
answers("a comment before the answer", answer="# the answer\nanswer = 42  # as known")


# How files are written
def written(name: str, write: Callable[[str], bytes]) -> None:
    @oddity(name)
    def _(notebook: NotebookNode) -> bytes:
        return write(nbformat.writes(right(why="weil es so schön ist")))


written("a byte order mark", lambda text: text.encode("utf-8-sig"))
written("Latin-1", lambda text: text.replace("\\u00f6", "ö").encode("latin-1"))
written("Windows' line ends", lambda text: text.replace("\n", "\r\n").encode())
written("one line", lambda text: json.dumps(json.loads(text)).encode())
written("a line after the end", lambda text: text.encode() + b"\n\n")
written("sources as strings", lambda text: json.dumps(_with_strings(json.loads(text))).encode())
written("without outputs and counts", lambda text: json.dumps(_bare(json.loads(text))).encode())


def _with_strings(notebook: dict) -> dict:
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    return notebook


def _bare(notebook: dict) -> dict:
    for cell in notebook["cells"]:
        cell.pop("outputs", None)
        cell.pop("execution_count", None)
    return notebook


@oddity("format 3")
def _(notebook: NotebookNode) -> bytes:
    notebook.nbformat_minor = 4
    for cell in notebook.cells:
        cell.pop("id", None)
    return nbformat.writes(nbformat.convert(notebook, 3), version=3).encode()


for _minor in range(5):

    @oddity(f"format 4.{_minor}, which has no ids of cells")
    def _(notebook: NotebookNode, minor: int = _minor) -> None:
        notebook.nbformat_minor = minor
        for cell in notebook.cells:
            cell.pop("id", None)


@oddity("format 4.4, with a cell of one's own beside the open one")
def _(notebook: NotebookNode) -> None:
    notebook.nbformat_minor = 4
    for cell in notebook.cells:
        cell.pop("id", None)
    notebook.cells.insert(at(notebook, "double"), NotebookNode(cell_type="code", source="factor = 2", metadata={}, outputs=[], execution_count=None))
    cell_of(notebook, "double").source = "def double(x):\n    return factor * x"


@oddity("a format that is yet to come")
def _(notebook: NotebookNode) -> None:
    notebook.nbformat_minor = 99


@oddity("large pictures as outputs")
def _(notebook: NotebookNode) -> None:
    cell_of(notebook, "double").outputs = [new_output("display_data", data={"image/png": "A" * 3_000_000})]


@oddity("a million brackets as output")
def _(notebook: NotebookNode) -> None:
    cell_of(notebook, "double").outputs = [new_output("stream", text="[{" * 600_000)]


@oddity("a picture pasted into the answer")
def _(notebook: NotebookNode) -> None:
    cell = cell_of(notebook, "why")
    cell.source, cell["attachments"] = "![x](attachment:x.png)\nI think so.", {"x.png": {"image/png": PIXEL}}


@oddity("a picture as a data address in the answer")
def _(notebook: NotebookNode) -> None:
    cell_of(notebook, "why").source = f"![x](data:image/png;base64,{PIXEL})\nI think so."


# Old releases
@oddity("an older release: a test less")
def _(notebook: NotebookNode) -> None:
    del notebook.cells[at(notebook, "test_shift")]


@oddity("an older release: another test")
def _(notebook: NotebookNode) -> None:
    cell_of(notebook, "test_double").source = "assert double(1) == 2"


@oddity("an older release: other points")
def _(notebook: NotebookNode) -> None:
    cell_of(notebook, "test_double").metadata["nbgrader"]["points"] = 1


@oddity("an older release: another name of an answer")
def _(notebook: NotebookNode) -> None:
    cell_of(notebook, "double").metadata["nbgrader"]["grade_id"] = "cell-3f2a"


@oddity("an older release: marks of an older version")
def _(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata["nbgrader"]["schema_version"] = 1
            cell.metadata["nbgrader"].pop("task", None)


# Cells of another type, copies of cells, and what a crash or a merge leaves in a file
def in_cell_of(kind: str, name: str) -> None:
    @oddity(f"the answer `{name}` in a {kind} cell")
    def _(notebook: NotebookNode) -> bytes:
        cell = cell_of(notebook, name)
        cell.cell_type = kind
        return json.dumps(notebook).encode()


for _name, _kinds in (("double", ("markdown", "raw", "Code")), ("why", ("code", "raw"))):
    for _kind in _kinds:
        in_cell_of(_kind, _name)


def copied(name: str, source: str, *, at_end: bool) -> None:
    @oddity(name)
    def _(notebook: NotebookNode) -> None:
        place = at(notebook, "double")
        other = NotebookNode({**copy.deepcopy(notebook.cells[place]), "source": source, "id": "copy"})
        notebook.cells.insert(len(notebook.cells) if at_end else place + 1, other)


STUB = cell_of(released(), "double").source
copied("the answer's stub again below it", STUB, at_end=False)
copied("the answer's stub again at the end", STUB, at_end=True)
copied("an experiment in a copy of the answer at the end", "def double(x):\n    return 3 * x", at_end=True)


@oddity("the stub first, the answer in a copy")
def _(notebook: NotebookNode) -> None:
    copied_cell = copy.deepcopy(cell_of(notebook, "double"))
    cell_of(notebook, "double").source, copied_cell.id = STUB, "copy"
    notebook.cells.insert(at(notebook, "double") + 1, copied_cell)


written("UTF-16", lambda text: text.encode("utf-16"))
written("UTF-16 without a byte order mark", lambda text: text.encode("utf-16-le"))
written("UTF-32", lambda text: text.encode("utf-32"))
written("zeros after the end", lambda text: text.encode() + bytes(4096))
written("another copy after the end", lambda text: 2 * text.encode())
written("Windows' line ends in the sources", lambda text: text.replace("\\n", "\\r\\n").encode())
written("empty lines before a byte order mark", lambda text: b"\n\n\xef\xbb\xbf" + text.encode())
written("metadata nested 500 deep", lambda text: text.replace('"kernelspec"', f'"x": {"[" * 500}{"]" * 500}, "kernelspec"', 1).encode())
written("a number of 6,000 digits in the metadata", lambda text: text.replace('"kernelspec"', f'"x": {"9" * 6000}, "kernelspec"', 1).encode())
written("NaN in the metadata", lambda text: text.replace('"kernelspec"', '"x": NaN, "kernelspec"', 1).encode())
written("no metadata, no format", lambda text: json.dumps(_without_metadata(json.loads(text))).encode())
written("a format that has no reader", lambda text: text.replace('"nbformat": 4', '"nbformat": 5').encode())


def _without_metadata(notebook: dict) -> dict:
    for cell in notebook["cells"]:
        cell.pop("metadata")
    return {"cells": notebook["cells"]}
