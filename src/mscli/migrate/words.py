"""Lists of names, written as running text; counted nouns."""

from __future__ import annotations

from collections.abc import Sequence


def words(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())


def counted(count: int, noun: str) -> str:
    """`1 table`, `2 tables`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def first(names: Sequence[str], most: int, separator: str = ", ") -> str:
    """The first of some names in a sentence; of more than `most` only the number is said."""
    more = len(names) - most
    shown = separator.join(names[:most])
    return f"{shown} and {more} more" if more > 0 else shown
