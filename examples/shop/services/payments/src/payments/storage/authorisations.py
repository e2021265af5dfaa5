# Scaffolded by mscli: yours to change.
"""Authorisations in PostgreSQL."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from payments.domain import Authorisation
from payments.storage.tables import authorisations

# In the order of the fields of Authorisation.
FIELDS = (
    authorisations.c.id,
    authorisations.c.order,
    authorisations.c.amount,
    authorisations.c.expires_at,
)


class PostgresAuthorisations:
    """The repository: every method is a transaction of its own."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(self, authorisation: Authorisation, idempotency_key: str) -> Authorisation:
        """Keep it, unless the key was used before: the database decides, so two at once are one."""
        new = insert(authorisations).values(
            id=authorisation.id,
            order=authorisation.order,
            amount=authorisation.amount,
            expires_at=authorisation.expires_at,
            idempotency_key=idempotency_key,
        )
        new = new.on_conflict_do_nothing(index_elements=["idempotency_key"])
        earlier = select(*FIELDS).where(authorisations.c.idempotency_key == idempotency_key)
        async with self._engine.begin() as connection:
            kept = (await connection.execute(new.returning(*FIELDS))).one_or_none()
            return Authorisation(*(kept or (await connection.execute(earlier)).one()))

    async def find(self, authorisation_id: UUID) -> Authorisation | None:
        """The authorisation of this id, if there is one."""
        query = select(*FIELDS).where(authorisations.c.id == authorisation_id)
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else Authorisation(*row)
