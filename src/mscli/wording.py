"""Numbers of things, as a sentence says them."""

from __future__ import annotations


def counted(count: int, one: str, many: str = "") -> str:
    """`1 table`, `2 tables`; `many` where an s does not do."""
    return f"{count} {one if count == 1 else many or one + 's'}"
