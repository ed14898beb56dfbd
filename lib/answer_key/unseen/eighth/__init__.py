"""An eighth held-out set of student answers: edits of the texts in ``right.RIGHT``.

It was written from the exercise prompts, the lessons and the public library alone: per exercise
fifteen likely mistakes, about a third of them of structure, and five ``UNUSUAL`` ones, natural but
such as an instructor's list would leave out. Two right answers whose author doubted that the prompt
allows them, arrays for two single numbers, were left out before anything was measured.
"""

from importlib import import_module

from answer_key.unseen import prepared
from answer_key.unseen.eighth.right import RIGHT

_SETS = [import_module(f"answer_key.unseen.eighth.{name}") for name in RIGHT]
UNLISTED: frozenset[str] = frozenset()
"""What no list had when the set was measured first."""
ALSO_RIGHT = [answer for each in _SETS for answer in each.ALSO_RIGHT]
WRONG = [answer for each in _SETS for answer in each.WRONG]
ANSWERS = prepared(RIGHT, ALSO_RIGHT, WRONG, UNLISTED)
_UNUSUAL = [answer for each in _SETS for answer in each.UNUSUAL]
UNUSUAL = tuple(item for item in prepared(RIGHT, [], _UNUSUAL, UNLISTED) if not item.right)
