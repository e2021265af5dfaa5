# Scaffolded by mscli: yours to change.
"""What the service does for its callers: one async function a verb."""

from collections.abc import Sequence

from inventory.domain import Item, ItemNotFound, Items


async def get_item(items: Items, sku: str) -> Item:
    """The item of this SKU."""
    item = await items.find(sku)
    if item is None:
        raise ItemNotFound(f"no item {sku!r}")
    return item


async def list_items(items: Items) -> Sequence[Item]:
    """Every item, by SKU."""
    return await items.all()
