"""What is asked of values again and again: told when they are made, without looking into them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mscli.migrate.walk.values.values import Value


class Shape(NamedTuple):
    """How high, long and large a list or mapping is, with what is nested, and its hash.

    `classes`: whether a class of the project is in it.
    """

    height: int
    length: int
    size: int
    hash: int
    classes: bool


class Shaped:
    """Whatever has a shape."""

    __slots__ = ()
    shape: Shape

    def __hash__(self) -> int:
        return self.shape.hash

    @property
    def classes(self) -> bool:
        """Whether a class of the project is in it."""
        return self.shape.classes


def shape_of(values: tuple[Value, ...], hashed: int) -> Shape:
    """The shape of a list of these values."""
    height, length, size = 0, len(values), 0
    for value in values:
        size += len(value)
        for atom in value:
            nested: Shape | None = getattr(atom, "shape", None)
            if nested is not None:
                height = max(height, nested.height)
                length = max(length, nested.length)
                size += nested.size
    return Shape(height + 1, length, size, hashed, has_classes(values))


def has_classes(values: Iterable[Value]) -> bool:
    """Whether a class of the project is in one of them."""
    for value in values:
        for atom in value:
            if getattr(atom, "classes", False):
                return True
    return False
