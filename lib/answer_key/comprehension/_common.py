"""What the questions of section 6.4 share."""

SECTION = "6.4"
PLANNING = 0.02
"""The contract's relative tolerance for the figures of portfolios."""


def styles(letter: str) -> tuple[str, ...]:
    """The letter in other spellings that count as the same choice."""
    return letter.upper(), f" {letter} "
