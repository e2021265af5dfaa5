# Scaffolded by mscli: yours to change.
"""What an item is; standard library only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class ItemNotFound(LookupError):
    """There is no item of this SKU."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something to sell: what it is called, what one costs in cents, how many are there."""

    sku: str
    name: str
    price: int
    stock: int


class Items(Protocol):
    """Where items are kept."""

    async def find(self, sku: str) -> Item | None:
        """The item of this SKU, if there is one."""

    async def all(self) -> Sequence[Item]:
        """Every item, by SKU."""
