# Scaffolded by mscli: yours to change.
"""Shipments in PostgreSQL; the caller's transaction decides.

No unique key holds an order to one shipment: that the step acts once does (`wiring/steps.py`), and
`mscli drill` proves it.
"""

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from shipping.storage.tables import shipments


async def add(
    connection: AsyncConnection, order: str, sku: str, quantity: int, country: str
) -> int:
    """Keep a shipment; its number."""
    new = insert(shipments).values(order=order, sku=sku, quantity=quantity, country=country)
    return int((await connection.execute(new.returning(shipments.c.id))).scalar_one())
