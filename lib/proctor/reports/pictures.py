"""Pictures of a student's, checked before a page shows them: what a browser decodes stays small."""

import base64
import binascii
import io
import re
import warnings
from xml.etree.ElementTree import Element, register_namespace, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from PIL import Image

RASTER = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif"}
VECTOR = "image/svg+xml"
PIXELS = 40_000_000
"""Most points that a browser may be asked to decode; at 4 bytes each, 160 MB."""
LARGEST = 10_000_000
"""Most bytes of one picture."""
DRAWN = 50_000
"""Most elements that an SVG picture may draw, each counted as often as it is referred to."""
SVG_NAMESPACE = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
SVG_TAGS = frozenset([
    "svg", "g", "defs", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan",
    "title", "desc", "use", "clipPath", "linearGradient", "radialGradient", "stop", "image", "style", "symbol",
])
OUTSIDE = re.compile(r"url\s*\(\s*['\"]?\s*(?!#|['\"\s])|@import|expression\s*\(", re.I)

register_namespace("", SVG_NAMESPACE[1:-1])
register_namespace("xlink", LINK[1:].partition("}")[0])


class NoPicture(ValueError):
    """Not a picture that can be shown; the message says why, in words for a reader."""


def raster_address(data: str) -> str:
    """A ``data:`` address of a PNG, JPEG or GIF that is given in base64.

    Only the picture's head is read; nothing is decoded. Raises NoPicture for what is none of
    these, has more than ``LARGEST`` bytes, or decodes to more than ``PIXELS`` points.
    """
    if len(data) > LARGEST * 4 / 3 + 4:
        raise NoPicture(f"a picture of more than {LARGEST // 1_000_000} MB, too large to show")
    try:
        content = base64.b64decode(data, validate=False)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=list(RASTER)) as picture:
                (width, height), kind = picture.size, RASTER[str(picture.format)]
    except Image.DecompressionBombError as error:
        raise NoPicture("a picture with too many points to show") from error
    except (binascii.Error, OSError, ValueError, SyntaxError, EOFError) as error:
        raise NoPicture("a picture that cannot be read") from error
    if width * height > PIXELS:
        raise NoPicture(f"a picture of {width} × {height} points, too large to show")
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def svg_address(source: str) -> str:
    """A ``data:`` address of an SVG picture, for an ``img`` element, in which no script runs.

    Kept are shapes, text, gradients and clips; dropped are scripts, animations, filters and
    whatever would be loaded. Raises NoPicture for what is no SVG, is too large, or draws without
    end.
    """
    if len(source) > LARGEST:
        raise NoPicture(f"a picture of more than {LARGEST // 1_000_000} MB, too large to show")
    try:
        root = fromstring(source, forbid_entities=True, forbid_external=True)
    except (ParseError, DefusedXmlException, ValueError, RecursionError) as error:
        raise NoPicture("a picture that cannot be read") from error
    if root.tag != f"{SVG_NAMESPACE}svg":
        raise NoPicture("a picture that cannot be read")
    try:
        _keep_known(root)
        drawn = _drawn(root)
    except RecursionError as error:
        raise NoPicture("a picture that is nested too deeply to show") from error
    if drawn > DRAWN:
        raise NoPicture(f"a picture that draws more than {DRAWN:,} shapes, too many to show")
    return f"data:{VECTOR};base64,{base64.b64encode(tostring(root)).decode()}"


def _keep_known(element: Element) -> None:
    """Remove from an SVG element what is not known to be harmless."""
    for name, value in list(element.attrib.items()):
        plain = name.rpartition("}")[2].lower()
        acts = plain.startswith("on") or plain == "base" or OUTSIDE.search(value)
        if acts or (plain in {"href", "src"} and not _may_refer(element, value)):
            del element.attrib[name]
    if element.tag == f"{SVG_NAMESPACE}style" and OUTSIDE.search(element.text or ""):
        element.text = ""
    for child in list(element):
        namespace, _, plain = str(child.tag).rpartition("}")
        if f"{namespace}}}" != SVG_NAMESPACE or plain not in SVG_TAGS:
            element.remove(child)
        else:
            _keep_known(child)


def _may_refer(element: Element, value: str) -> bool:
    """Whether a reference stays in the picture.

    It does when it is to a part of it, or to points that it holds itself.
    """
    if value.startswith("#"):
        return True
    head, comma, data = value.partition(",")
    if element.tag != f"{SVG_NAMESPACE}image" or not comma or not head.endswith(";base64"):
        return False
    try:
        raster_address(data)
    except NoPicture:
        return False
    return True


def _drawn(root: Element) -> int:
    """How many elements a browser draws, where each is counted as often as ``use`` refers to it."""
    named = {name: element for element in root.iter() if (name := element.get("id"))}
    known: dict[int, int] = {}

    def count(element: Element, above: frozenset[int]) -> int:
        if id(element) in known:
            return known[id(element)]
        if id(element) in above:
            return DRAWN + 1  # refers to itself
        above |= {id(element)}
        total = 1 + sum(count(child, above) for child in element)
        target = (element.get(LINK) or element.get("href") or "").removeprefix("#")
        if element.tag == f"{SVG_NAMESPACE}use" and target in named:
            total += count(named[target], above)
        known[id(element)] = total
        return total

    return count(root, frozenset())
