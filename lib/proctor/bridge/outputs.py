"""What a kernel says that it showed, made well-formed.

Its messages are the student's own words and may hold anything.
"""


from nbformat import NotebookNode
from nbformat.v4 import new_output

KINDS = frozenset({"stream", "display_data", "execute_result", "error"})
LONGEST_KIND = 100
MOST_LINES = 1_000
"""Lines of a traceback that are kept."""
REST = "\n… (the rest of the output was left out)"


def printable(text: object) -> str:
    """A string that every file and database takes.

    Half a surrogate pair becomes a question mark, anything but a string nothing.
    """
    return text.encode("utf-8", "replace").decode() if isinstance(text, str) else ""


def well_formed(kind: str, content: dict[str, object], room: int) -> NotebookNode | None:
    """The output of a notebook that a message stands for, in about ``room`` bytes.

    None when it stands for none.
    """
    if kind not in KINDS:
        return None
    if kind == "stream":
        name = "stderr" if content.get("name") == "stderr" else "stdout"
        return _output(kind, name=name, text=_cut(printable(content.get("text")), room))
    if kind == "error":
        name, value = (_cut(printable(content.get(key)), room) for key in ("ename", "evalue"))
        return _output(kind, ename=name, evalue=value, traceback=_last_lines(content.get("traceback"), room))
    bundle = content.get("data")
    shown = bundle.items() if isinstance(bundle, dict) else ()
    data = {name: printable(text) for name, text in shown if isinstance(text, str) and len(name) <= LONGEST_KIND}
    if sum(map(bytes_of, (*data, *data.values()))) > room:
        data = {"text/plain": "(an output too large to keep)"}
    counted = {"execution_count": None} if kind == "execute_result" else {}
    return _output(kind, data=data, **counted)


def _output(kind: str, **fields: object) -> NotebookNode:
    made: NotebookNode = new_output(kind, **fields)
    return made


def size(output: NotebookNode) -> int:
    """Bytes that an output holds in UTF-8, with some for its being there."""
    data = output.get("data", {})
    texts = [output.get("text", ""), output.get("evalue", ""), *output.get("traceback", ()), *data, *data.values()]
    return 50 + sum(map(bytes_of, texts))


def bytes_of(text: str) -> int:
    """Bytes of a string in UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


def _cut(text: str, room: int) -> str:
    if bytes_of(text) <= room:
        return text
    return text.encode("utf-8", "replace")[:room].decode("utf-8", "ignore") + REST


def _last_lines(lines: object, room: int) -> list[str]:
    """The end of a traceback, where it says what happened."""
    kept: list[str] = []
    for line in reversed(lines[-MOST_LINES:] if isinstance(lines, list) else []):
        text = printable(line)
        room -= bytes_of(text)
        if room < 0:
            break
        kept.insert(0, text)
    return kept
