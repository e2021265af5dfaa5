# Scaffolded by mscli: yours to change.
"""Charges in PostgreSQL; the caller's transaction decides.

No unique key holds an order to one charge: that the step acts once does (`wiring/steps.py`), and
`mscli drill` proves it.
"""

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from payments.storage.tables import charges


async def add(connection: AsyncConnection, order: str, amount: int) -> int:
    """Keep a charge; its number."""
    new = insert(charges).values(order=order, amount=amount, state="charged")
    return int((await connection.execute(new.returning(charges.c.id))).scalar_one())


async def refund(connection: AsyncConnection, charge: int) -> None:
    """Mark a charge as given back."""
    one = update(charges).where(charges.c.id == charge)
    await connection.execute(one.values(state="refunded"))


async def pay_back(connection: AsyncConnection, order: str) -> int | None:
    """Mark the charge of an order as paid back; its amount, or None if there is none."""
    one = update(charges).where(charges.c.order == order, charges.c.state == "charged")
    paid = one.values(state="paid back").returning(charges.c.amount)
    amount: int | None = (await connection.execute(paid)).scalar_one_or_none()
    return amount
