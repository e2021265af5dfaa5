"""Lists of names, written as running text."""

from __future__ import annotations

from collections.abc import Sequence


def words(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())


def first(names: Sequence[str], most: int, separator: str = ", ") -> str:
    """The first of some names in a sentence; of more than `most` only the number is said."""
    more = len(names) - most
    shown = separator.join(names[:most])
    return f"{shown} and {more} more" if more > 0 else shown
