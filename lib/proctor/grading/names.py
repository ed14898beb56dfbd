"""What the student's kernel has for the names that a test uses."""

from typing import Any

from proctor.bridge import codec
from proctor.grading import sharing
from proctor.grading.link import Link, NotPlainAnswer
from proctor.grading.proxies import FunctionProxy


def resolve_names(names: list[str], link: Link, optional: frozenset[str] = frozenset()) -> dict[str, object]:
    """What the student's kernel has for the names: plain data rebuilt here, proxies for all else.

    Absent names are left out, and so is what cannot be had of the ``optional`` ones: those that the
    code itself binds, such as the variable of a loop.
    """
    found: dict[str, object] = {}
    known: list[object] = []
    for name, said in link.kernel.look(names).items() if names else ():
        try:
            _take(found, known, name, said, link)
        except NotPlainAnswer:
            if name not in optional:
                raise
        if said[:1] == ["data"]:
            known.append(found.get(name))
    return found


def _take(found: dict[str, object], known: list[object], name: str, said: list[Any], link: Link) -> None:
    """Add what the kernel says of a name; raises NotPlainAnswer where that cannot be read.

    ``known`` are plain data of earlier names, with which this one may share lists and arrays; None
    where they could not be read.
    """
    kind, expected = (said[0] if said else "missing"), f"`{name}` should be plain data or a function"
    if kind in ("data", "reference"):
        try:
            value = _named(link.read(said[1], expected), name)
            found[name] = sharing.restored(value, sharing.found(said[2], known)) if len(said) > 2 else value
        except codec.NotPlain as error:
            raise NotPlainAnswer(f"`{name}` cannot be read: {error}.") from error
    elif kind == "other":
        raise NotPlainAnswer(f"{expected}: {str(said[2])[:300]}.")


def _named(value: object, name: str) -> object:
    """A function under its name in a test, so that what the name stands for then is asked."""
    if type(value) is not FunctionProxy:
        return value
    expected = f"`{name}` should be plain data or a function"
    described = value.__dict__["_proctor_described"]
    return FunctionProxy(value._proctor_link, value.proctor_number(), described, expected, name)
