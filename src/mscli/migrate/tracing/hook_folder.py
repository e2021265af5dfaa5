"""Puts the hook where the monolith's interpreter finds it, and nothing else of us."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGE = "mscli_trace"


@contextmanager
def hook_folder() -> Iterator[Path]:
    """A folder for PYTHONPATH with the hook, and `trace` in it for what the hook writes."""
    with tempfile.TemporaryDirectory(prefix="mscli-trace-") as name:
        folder = Path(name)
        target = folder / PACKAGE
        target.mkdir()
        for source in sorted((Path(__file__).parent / "hook").glob("*.py")):
            shutil.copy(source, target / source.name)
        (folder / "trace").mkdir()
        yield folder
