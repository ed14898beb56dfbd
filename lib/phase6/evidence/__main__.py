"""``python -m phase6.evidence``."""

import sys

from phase6.evidence.page import main

sys.exit(main())
