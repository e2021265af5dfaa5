"""Makes what the tests of this folder share importable as `tests.unit.scaffold`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))
