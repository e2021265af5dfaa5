"""Paths of routes: a segment may be one of several, as in `/{de,en}/about`."""

from __future__ import annotations

import re
from itertools import product

ONE_OF = re.compile(r"\{([^{}/,]+(?:,[^{}/,]+)+)\}")
"""Braces as a shell has them, around a whole segment."""


def alternatives(path: str) -> tuple[str, ...]:
    """Every path that is meant: `/{de,en}/about` is `/de/about` and `/en/about`."""
    choices = [one_of(segment) or (segment,) for segment in path.split("/")]
    return tuple(dict.fromkeys("/".join(chosen) for chosen in product(*choices)))


def one_of(segment: str) -> tuple[str, ...]:
    """What a segment with braces may be; nothing of any other one."""
    found = ONE_OF.fullmatch(segment)
    return tuple(found.group(1).split(",")) if found else ()
