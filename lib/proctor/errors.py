"""Errors whose message tells an instructor what to do."""


class CannotGrade(RuntimeError):
    """Grading cannot begin; the message says what to do."""
