"""A seventh held-out set of student answers: edits of the texts in ``right.RIGHT``.

It was written from the exercise prompts, the lessons and the public library alone: per exercise
fifteen likely mistakes, of students who know finance and little Python, who program and misread the
prompt, and who adapt an example badly. Not yet measured.
"""

from importlib import import_module

from answer_key.unseen import prepared
from answer_key.unseen.seventh.right import RIGHT

_SETS = [import_module(f"answer_key.unseen.seventh.{name}") for name in RIGHT]
ALSO_RIGHT = [answer for each in _SETS for answer in each.ALSO_RIGHT]
WRONG = [answer for each in _SETS for answer in each.WRONG]
ANSWERS = prepared(RIGHT, ALSO_RIGHT, WRONG, ())
