"""Waiting for a thing to become true, with a limit that a slow and busy machine does not reach."""

from __future__ import annotations

import time
from collections.abc import Callable

LIMIT = 30.0


def eventually(condition: Callable[[], object], what: str, limit: float = LIMIT) -> None:
    end = time.monotonic() + limit
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited {limit:g} s in vain for: {what}")
        time.sleep(0.02)
