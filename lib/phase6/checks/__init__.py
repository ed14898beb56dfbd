"""Visible checks of the exercises, one module per section.

Names, shapes, and the worked example that the prompt prints. A notebook writes ``from phase6.checks
import pyramiding as check`` and calls ``check.pyramid_risk(pyramid_risk)``. A check raises
:class:`phase6.checks._base.Hint` with a plain sentence, or prints one line. Nothing here holds an
answer.
"""
