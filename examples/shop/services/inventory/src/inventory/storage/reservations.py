# Scaffolded by mscli: yours to change.
"""What is reserved for orders, in PostgreSQL; the caller's transaction decides.

Stock and reservations add up to what ever came in. No unique key holds an order to one reservation:
that the step acts once does (`wiring/steps.py`), and `mscli drill` proves it.
"""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from inventory.storage.tables import items, reservations


async def take(connection: AsyncConnection, sku: str, quantity: int) -> bool:
    """Take so many out of the stock; False, and none is taken, if there are fewer."""
    enough = update(items).where(items.c.sku == sku, items.c.stock >= quantity)
    return bool((await connection.execute(enough.values(stock=items.c.stock - quantity))).rowcount)


async def add(connection: AsyncConnection, order: str, sku: str, quantity: int) -> int:
    """Keep a reservation; its number."""
    new = insert(reservations).values(order=order, sku=sku, quantity=quantity)
    return int((await connection.execute(new.returning(reservations.c.id))).scalar_one())


async def put_back(connection: AsyncConnection, reservation: int) -> None:
    """End a reservation: what it held is in the stock again."""
    ended = delete(reservations).where(reservations.c.id == reservation)
    columns = (reservations.c.sku, reservations.c.quantity)
    sku, quantity = (await connection.execute(ended.returning(*columns))).one()
    back = update(items).where(items.c.sku == sku).values(stock=items.c.stock + quantity)
    await connection.execute(back)


async def of(connection: AsyncConnection, order: str) -> Sequence[int]:
    """The numbers of the reservations that an order has."""
    query = select(reservations.c.id).where(reservations.c.order == order)
    return (await connection.execute(query)).scalars().all()
