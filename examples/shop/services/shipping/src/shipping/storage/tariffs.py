# Scaffolded by mscli: yours to change.
"""Tariffs in PostgreSQL."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from shipping.domain import ANY_SKU, Tariff
from shipping.storage.tables import tariffs

# In the order of the fields of Tariff.
FIELDS = (tariffs.c.sku, tariffs.c.most, tariffs.c.days, tariffs.c.price)


class PostgresTariffs:
    """The repository: every method is a transaction of its own."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def of(self, sku: str) -> Sequence[Tariff]:
        """The tariffs of this SKU and those for any."""
        query = select(*FIELDS).where(tariffs.c.sku.in_([sku, ANY_SKU]))
        async with self._engine.connect() as connection:
            return [Tariff(*row) for row in await connection.execute(query)]
