"""Formulas as MathML, which browsers show without a script or a font from elsewhere."""

import re
from html import unescape
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element
from markupsafe import escape

LONGEST = 2_000
"""Most characters of a formula; a longer one is shown as it was typed."""
TAGS = frozenset([
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "msup", "msub", "msubsup", "munder", "mover", "munderover",
    "mfrac", "msqrt", "mroot", "mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom", "menclose", "ms",
])
ATTRIBUTES = frozenset([
    "display", "displaystyle", "stretchy", "fence", "form", "accent", "accentunder", "mathvariant", "linethickness",
    "columnalign", "rowspacing", "columnspacing", "width", "separator", "largeop", "movablelimits", "notation",
])
VALUE = re.compile(r"[\w.%+ -]{0,40}")
SAME = (
    (re.compile(r"\\(begin|end)\{(?:aligned|eqnarray\*?|alignat\*?|multline\*?)\}"), r"\\\1{align*}"),
    (re.compile(r"\\(begin|end)\{(?:gather|gathered)\*?\}"), r"\\\1{matrix}"),
    (re.compile(r"\\(?:begin|end)\{equation\*?\}"), ""),
)
"""Environments that the converter does not know, and what it knows that looks the same."""


def mathml(formula: str, *, block: bool = False) -> str:
    """A TeX formula as MathML; ``block`` sets it on a line of its own.

    Only elements and attributes that show something are kept: nothing in it loads, links or runs.
    Raises ValueError for what cannot be read as a formula.
    """
    if len(formula) > LONGEST:
        raise ValueError(f"a formula of {len(formula)} characters; at most {LONGEST} are read")
    for pattern, known in SAME:
        formula = pattern.sub(known, formula)
    try:
        return _written(convert_to_element(formula, display="block" if block else "inline"))
    except Exception as error:  # the converter raises whatever its parts raise, RecursionError too
        raise ValueError(f"not a formula: {formula[:80]}") from error


def _written(element: Element) -> str:
    """An element as text; of one that is not known, its text and parts."""
    inside = "".join([str(escape(unescape(element.text or ""))), *(_written(child) for child in element)])
    if element.tag not in TAGS:
        return inside
    named = "".join(
        f' {name}="{value}"' for name, value in element.attrib.items() if name in ATTRIBUTES and VALUE.fullmatch(value)
    )
    return f"<{element.tag}{named}>{inside}</{element.tag}>"
