"""A student's numbers and the right answers to them, for whoever marks written answers.

``python -m answer_key.comprehension ID ...``, with ids, or with the codes that ``proctor codes``
lists where there is a secret.
"""

import sys

from phase6.variants import of

from answer_key.comprehension import questions


def main(students: list[str]) -> int:
    """The command; returns the exit code."""
    if not students:
        print((__doc__ or "").strip(), file=sys.stderr)
        return 2
    for student in students:
        mine = of(student)
        print(f"{student}: variant {mine.number}; {mine.pyramid}; {mine.assets}; volatilities {dict(mine.volatilities)}")
        for value in questions(mine.number).values():
            if not value.choices:
                print(f"  {value.name:<28} {value.answer:.6g}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
