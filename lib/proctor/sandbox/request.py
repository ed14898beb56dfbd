"""The request for a kernel.

One line of text, written by the grader and read by the process that becomes the kernel.
"""

import contextlib
import json
import os
from dataclasses import asdict, replace
from pathlib import Path

from proctor.sandbox.confine import View
from proctor.settings import Settings


def request(view: View, settings: Settings, connection: dict[str, object], fonts: Path | None) -> bytes:
    """One request as a line of text.

    The preamble, the secret and all else that only the trusted side needs stay out of it.
    """
    asked = asdict(replace(settings, preamble="", regions="", preload=(), variants="off", variant_secret=""))
    seen = {"scratch": str(view.scratch), "readable": [str(path) for path in view.readable], "steps": view.steps}
    return json.dumps({**seen, "settings": asked, "connection": connection, "fonts": str(fonts) if fonts else ""}).encode() + b"\n"


def fonts_file() -> Path | None:
    """Matplotlib's list of fonts as the grader's user has it.

    So each kernel need not search for fonts anew.
    """
    home = Path(os.environ.get("HOME", "/nonexistent"))
    cache = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "matplotlib"
    folder = Path(os.environ["MPLCONFIGDIR"]) if os.environ.get("MPLCONFIGDIR") else cache
    found: list[Path] = []
    with contextlib.suppress(OSError):
        found = sorted(folder.glob("fontlist-v*.json"), key=lambda path: path.stat().st_mtime)
    return found[-1] if found and os.access(found[-1], os.R_OK) else None
