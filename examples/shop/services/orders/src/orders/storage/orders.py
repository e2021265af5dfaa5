# Scaffolded by mscli: yours to change.
"""Orders in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from orders.domain import Order
from orders.storage.tables import orders

# In the order of the fields of Order.
FIELDS = (
    orders.c.id,
    orders.c.sku,
    orders.c.quantity,
    orders.c.total,
    orders.c.delivery_days,
    orders.c.authorisation,
    orders.c.country,
    orders.c.state,
)


class PostgresOrders:
    """The repository: every method is a transaction of its own."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(self, order: Order, idempotency_key: str | None) -> Order:
        """Keep it, unless the key was used before: the database decides, so two at once are one."""
        new = insert(orders).values(**asdict(order), idempotency_key=idempotency_key)
        new = new.on_conflict_do_nothing(index_elements=["idempotency_key"])
        earlier = select(*FIELDS).where(orders.c.idempotency_key == idempotency_key)
        async with self._engine.begin() as connection:
            kept = (await connection.execute(new.returning(*FIELDS))).one_or_none()
            return Order(*(kept or (await connection.execute(earlier)).one()))

    async def find(self, order_id: UUID) -> Order | None:
        """The order of this id, if there is one."""
        query = select(*FIELDS).where(orders.c.id == order_id)
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else Order(*row)

    async def find_by_key(self, idempotency_key: str) -> Order | None:
        """The order that was placed with this key, if there is one."""
        query = select(*FIELDS).where(orders.c.idempotency_key == idempotency_key)
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else Order(*row)

    async def newest(self, limit: int, before: UUID | None) -> Sequence[Order]:
        """A page, newest first; positions are given by the database, so pages never overlap."""
        query = select(*FIELDS).order_by(orders.c.position.desc()).limit(limit)
        if before is not None:
            position = select(orders.c.position).where(orders.c.id == before).scalar_subquery()
            query = query.where(orders.c.position < position)
        async with self._engine.connect() as connection:
            return [Order(*row) for row in await connection.execute(query)]
