"""What a cell can know of the notebook it runs in."""

from __future__ import annotations

import sys
from typing import Any


def batch_run() -> bool:
    """Whether the running cell was asked for by a program, such as nbconvert or nbval, and not by a person.

    The protocol of Jupyter tells: every request to run a cell says whether somebody is there who could be asked for
    input (``allow_stdin``). Outside a kernel the answer is yes, where nobody says anything, no.
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
