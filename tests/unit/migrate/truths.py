"""Where the modules of the migration's benchmark are, and how a test has them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

MIGRATE = Path(__file__).parents[3] / "benchmarks" / "migrate"
Modules = Callable[[str], ModuleType]
