"""Proxies in the trusted process for what only the student's kernel has: a function takes plain arguments and gives plain data."""

import builtins
import contextlib
import copy
import inspect
from typing import Any

from proctor.bridge import codec
from proctor.grading.answer_cache import AnswerCache
from proctor.grading.kernel import StudentKernel
from proctor.settings import Settings


class NotPlainAnswer(AssertionError):
    """The student's function gave no plain data; worded for the student."""

    student_message = True


class FunctionProxy:
    """Proxy for a function of the student's: takes and gives plain data.

    Proxies with the same ``token`` give the same answer to the same question, the first time that each is asked it. ``changed``
    collects the arguments that the function changed, each with a copy of what it was before.
    """

    def __init__(
        self,
        name: str,
        kernel: StudentKernel,
        parameters: list[list[Any]] | None,
        cache: AnswerCache,
        changed: list[tuple[Any, Any]] | None = None,
    ) -> None:
        self.__name__ = self.__qualname__ = name
        self._kernel = kernel
        self._changed = changed if changed is not None else []
        self._cache = cache
        self.token = cache.token(name)
        self._taken: set[str] = set()
        self.__signature__ = _signature(parameters)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            question = codec.dumps([args, kwargs])
        except codec.NotPlain as error:
            raise TypeError(f"a test may pass only plain data to a student's function: {error}") from error
        said = self._cache.find(self.__name__, question) if question not in self._taken else None
        self._taken.add(question)
        if said is None:
            said = self._kernel.ask(self.__name__, question)
            self._cache.keep(self.__name__, question, said)
        if isinstance(said.get("error"), str):
            raise student_error(said)
        if not isinstance(said.get("value"), str):
            raise NotPlainAnswer(f"`{self.__name__}` should return plain data: {str(said.get('odd', 'it gave no answer'))[:300]}.")
        if isinstance(said.get("changed"), str):
            with contextlib.suppress(Exception):
                now_args, now_kwargs = codec.loads(said["changed"], self._kernel.settings.answer)
                for mine, now in [*zip(args, now_args, strict=True), *((value, now_kwargs[key]) for key, value in kwargs.items())]:
                    self._changed.append((mine, copy.deepcopy(mine)))
                    copy_into(mine, now)
        try:
            return codec.loads(said["value"], self._kernel.settings.answer)
        except codec.NotPlain as error:
            raise NotPlainAnswer(f"`{self.__name__}` returned something that cannot be read: {error}.") from error


def _signature(parameters: Any) -> inspect.Signature | None:
    try:
        made = [
            inspect.Parameter(str(name), inspect._ParameterKind(int(kind)), default=None if optional else inspect.Parameter.empty)
            for name, kind, optional in parameters[:50]
        ]
        return inspect.Signature(made)
    except (TypeError, ValueError):
        return inspect.Signature([
            inspect.Parameter("args", inspect.Parameter.VAR_POSITIONAL), inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD)
        ])


def student_error(said: dict[str, Any]) -> Exception:
    """The student's exception, as one of Python's own types where it has its name, with its line as a note.

    Not those that end a loop: in a test's ``all(map(…))`` they would mean that all is well.
    """
    name, text = said["error"][:80], str(said.get("message", ""))[:500]
    known = getattr(builtins, name, None)
    special = UnicodeError | BaseExceptionGroup | StopIteration | StopAsyncIteration
    plain = isinstance(known, type) and issubclass(known, Exception) and not issubclass(known, special)
    kind: Any = known if plain else type(name if name.isidentifier() else "Error", (Exception,), {})
    error: Exception = kind(text)
    line = str(said.get("line", ""))[:600]
    if line.startswith("line "):
        error.add_note(line)
    error.from_student = True  # type: ignore[attr-defined]
    return error


def copy_into(mine: Any, now: Any) -> None:
    """Make a mutable argument what the student's function made of it, so that a test sees a changed input."""
    if type(mine) is not type(now):
        return
    if isinstance(mine, list):
        mine[:] = now
    elif isinstance(mine, dict | set):
        mine.clear()
        mine.update(now)
    elif hasattr(mine, "iloc"):
        if mine.shape == now.shape and mine.index.equals(now.index):
            with contextlib.suppress(Exception):
                if mine.ndim == 1:
                    mine.iloc[:] = now.to_numpy()
                else:
                    for place in range(mine.shape[1]):
                        mine.isetitem(place, now.iloc[:, place])
                    mine.columns = now.columns
                return
        with contextlib.suppress(Exception):
            mine.drop(mine.index, inplace=True)
    elif hasattr(mine, "dtype") and getattr(mine, "shape", ()) == getattr(now, "shape", None) and mine.ndim:
        mine[...] = now


def resolve_names(
    names: list[str], kernel: StudentKernel, settings: Settings, cache: AnswerCache, changed: list[tuple[Any, Any]] | None = None
) -> dict[str, Any]:
    """What the student's kernel has for the names: plain data rebuilt here, proxies for functions; absent names are left out."""
    if not names:
        return {}
    resolved: dict[str, Any] = {}
    for name, said in kernel.look(names).items():
        kind = said[0] if said else "missing"
        if kind == "data":
            try:
                resolved[name] = codec.loads(said[1], settings.answer)
            except codec.NotPlain as error:
                raise NotPlainAnswer(f"`{name}` cannot be read: {error}.") from error
        elif kind == "function":
            resolved[name] = FunctionProxy(name, kernel, said[1], cache, changed)
        elif kind == "other":
            raise NotPlainAnswer(f"`{name}` should be plain data or a function: {str(said[2])[:300]}.")
    return resolved
