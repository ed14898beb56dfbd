"""The toy course is imported as `making`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
