"""Signatures that show a dataclass's fields where a function takes them as ``**parameters``."""

import inspect
from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def spells_out(parameters: type) -> Callable[[F], F]:
    """Decorator: a signature that shows a dataclass's fields in place of ``*values, **named``.

    Help, completion and :func:`inspect.signature` show them. What the function names itself comes
    first, in its own order; of the fields, those that are left follow.
    """

    def decorate(function: F) -> F:
        signature = inspect.signature(function)
        own = [each for each in signature.parameters.values() if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)]
        takes_positions = any(each.kind is each.VAR_POSITIONAL for each in signature.parameters.values())
        named = {each.name for each in own}
        shown = list(own)
        for each in fields(parameters):
            if each.name not in named:
                free = takes_positions and not each.kw_only
                kind = inspect.Parameter.POSITIONAL_OR_KEYWORD if free else inspect.Parameter.KEYWORD_ONLY
                shown.append(inspect.Parameter(each.name, kind, default=each.default, annotation=each.type))
        shown.sort(key=lambda each: each.kind)
        function.__signature__ = signature.replace(parameters=shown)  # type: ignore[attr-defined]
        return function

    return decorate
