# Scaffolded by mscli: yours to change.
"""What the service does for its callers: one async function a verb."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from payments.domain import (
    LIFETIME,
    Authorisation,
    AuthorisationNotFound,
    Authorisations,
    IdempotencyKeyReused,
    check_limit,
)


async def authorise(
    authorisations: Authorisations, order: str, amount: int, *, limit: int, idempotency_key: str
) -> Authorisation:
    """Ask the card for an amount. Repeated with the same key, it asks once."""
    check_limit(amount, limit)
    new = Authorisation(uuid4(), order, amount, expires_at=datetime.now(UTC) + LIFETIME)
    kept = await authorisations.add(new, idempotency_key)
    if (kept.order, kept.amount) != (order, amount):
        raise IdempotencyKeyReused("this idempotency key belongs to another order or amount")
    return kept


async def get_authorisation(
    authorisations: Authorisations, authorisation_id: UUID
) -> Authorisation:
    """The authorisation of this id."""
    authorisation = await authorisations.find(authorisation_id)
    if authorisation is None:
        raise AuthorisationNotFound(f"no authorisation {authorisation_id}")
    return authorisation
