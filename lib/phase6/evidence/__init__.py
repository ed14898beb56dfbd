"""Every claim of the lessons, the figure claimed, and what thousands of random markets say.

Run it by ``python -m phase6.evidence [--quick]``. It writes report/evidence.html, one page that
stands alone. A claim agrees where the difference between its figure and ours is at most
`claims.CLOSE` standard errors: ours, the claim's own and that of its rounding taken together.
Interrupted, it writes what is done. One module a lesson holds the claims: :mod:`pyramiding`,
:mod:`scaling`, :mod:`portfolio`, :mod:`conviction`; :mod:`faults` those about what was done wrong;
:mod:`lessons` says which stands behind which cell.
"""

from phase6.evidence.claims import CLOSE, Check, Claim, Found, Topic, investigate
from phase6.evidence.page import main, page_html, topics

__all__ = ["CLOSE", "Check", "Claim", "Found", "Topic", "investigate", "main", "page_html", "topics"]
