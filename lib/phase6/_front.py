"""The page's side of the course's widgets: ES modules and style sheets that share one part."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent


def module(name: str) -> str:
    """An ES module of the package, with the shared functions of `front.js` before it."""
    return (HERE / "front.js").read_text(encoding="utf-8") + (HERE / name).read_text(encoding="utf-8")


def styles(name: str) -> str:
    """A style sheet of the package, with the shared rules of `front.css` before it."""
    return (HERE / "front.css").read_text(encoding="utf-8") + (HERE / name).read_text(encoding="utf-8")
