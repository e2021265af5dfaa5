# Scaffolded by mscli: yours to change.
"""Shipments in PostgreSQL; the caller's transaction decides.

No unique key holds an order to one shipment: that the step acts once does (`wiring/steps.py`), and
`mscli drill` proves it.
"""

from collections.abc import Mapping

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from shipping.storage.tables import shipments


async def add(
    connection: AsyncConnection, order: str, sku: str, quantity: int, country: str
) -> int:
    """Keep a shipment; its number."""
    new = insert(shipments).values(order=order, sku=sku, quantity=quantity, country=country)
    return int((await connection.execute(new.returning(shipments.c.id))).scalar_one())


async def take_back(connection: AsyncConnection, order: str) -> Mapping[str, object] | None:
    """Take out the shipment of an order: its fields, or None if there is none."""
    one = delete(shipments).where(shipments.c.order == order).returning(shipments)
    row = (await connection.execute(one)).mappings().one_or_none()
    return None if row is None else dict(row)
