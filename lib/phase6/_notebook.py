"""What a cell can know of the notebook it runs in."""

from __future__ import annotations

import base64
import html
import sys
from typing import Any


def batch_run() -> bool:
    """Whether a program, such as nbconvert or nbval, runs the cell, and not a person.

    The protocol of Jupyter tells: every request to run a cell says whether somebody is there who
    could be asked for input (``allow_stdin``). Outside a kernel the answer is yes, where nobody
    says anything, no.
    """
    kernel = getattr(_shell(), "kernel", None)
    if kernel is None:
        return True
    request = kernel.get_parent()
    content = request.get("content", {}) if isinstance(request, dict) else {}
    return content.get("allow_stdin") is False


def _shell() -> Any:
    """The running IPython shell, or None."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def html_of(value: object) -> str:
    """What a cell would show of a value, as HTML; a tuple or list part by part, None as nothing."""
    if value is None:
        return ""
    if isinstance(value, tuple | list):
        return "".join(map(html_of, value))
    if isinstance(value, str):
        return f"<p>{html.escape(value)}</p>"
    data = _formatted(value)
    if "text/html" in data:
        return str(data["text/html"])
    if "image/png" in data:
        png = data["image/png"]
        text = base64.b64encode(png).decode() if isinstance(png, bytes) else png
        return f'<img alt="{html.escape(repr(value))}" src="data:image/png;base64,{text}">'
    return f"<pre>{html.escape(str(data.get('text/plain', value)))}</pre>"


def _formatted(value: Any) -> dict[str, Any]:
    """A value by media type, as the running shell formats it, or as the value says."""
    shell = _shell()
    if shell is not None:
        data, _ = shell.display_formatter.format(value)
        return dict(data)
    for method, kind in (("_repr_mimebundle_", ""), ("_repr_html_", "text/html")):
        if hasattr(value, method):
            shown = getattr(value, method)()
            return {kind: shown} if kind else dict(shown[0] if isinstance(shown, tuple) else shown)
    return {"text/plain": repr(value)}
