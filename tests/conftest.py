"""What every test may use: the folder of the tests on the path, for `terminal` and the like."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
