"""Work that goes deep: calls within calls, as many as expressions stand in one another.

CPython keeps frames in pieces of 16 KB and gives a piece back when the first frame in it ends. What
goes up and down across such an end asks the system for it each time: a fifth of the time of a large
scan. A frame that says that it needs much room is given one large piece, and what it calls has the
rest of it. Source: `_PyThreadState_PushFrame` (Python/pystate.c, 3.11).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

DEEP = 12_000
ROOM = 2**19
"""Values that a frame may hold: 4 MB of a piece of 8. What nobody touches costs no memory."""


def deeply(work: Callable[[], Result]) -> Result:
    """What some work gives that may call itself thousands of times over."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, DEEP))
    try:
        return _with_room(work)
    finally:
        sys.setrecursionlimit(before)


def _with_room(work: Callable[[], Result]) -> Result:
    return work()


_with_room.__code__ = _with_room.__code__.replace(co_stacksize=ROOM)
