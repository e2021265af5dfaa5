# Scaffolded by mscli: yours to change.
"""Items in PostgreSQL."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from inventory.domain import Item
from inventory.storage.tables import items

# In the order of the fields of Item.
FIELDS = (items.c.sku, items.c.name, items.c.price, items.c.stock)


class PostgresItems:
    """The repository: every method is a transaction of its own."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def find(self, sku: str) -> Item | None:
        """The item of this SKU, if there is one."""
        query = select(*FIELDS).where(items.c.sku == sku)
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else Item(*row)

    async def all(self) -> Sequence[Item]:
        """Every item, by SKU."""
        query = select(*FIELDS).order_by(items.c.sku)
        async with self._engine.connect() as connection:
            return [Item(*row) for row in await connection.execute(query)]
