# Scaffolded by mscli: yours to change.
"""Stand-ins for what is outside, that behave like it."""

from collections.abc import Sequence

from inventory.domain import Item


class InMemoryItems:
    """Items, kept for as long as a test."""

    def __init__(self, *items: Item) -> None:
        self._items = {item.sku: item for item in items}

    async def find(self, sku: str) -> Item | None:
        return self._items.get(sku)

    async def all(self) -> Sequence[Item]:
        return sorted(self._items.values(), key=lambda item: item.sku)
