"""Less for the garbage collector to do, where many objects are made of which none is garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collection(*, kept: bool = False) -> Iterator[None]:
    """Nothing is looked for inside: it would cost more with every service, and find nothing.

    Nor is it afterwards in what was made, where that is `kept` until the program ends.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if kept:
            gc.freeze()
        if enabled:
            gc.enable()
