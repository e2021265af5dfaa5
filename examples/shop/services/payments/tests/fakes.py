# Scaffolded by mscli: yours to change.
"""Stand-ins for what is outside, that behave like it."""

from uuid import UUID

from payments.domain import Authorisation


class InMemoryAuthorisations:
    """Authorisations, kept for as long as a test."""

    def __init__(self) -> None:
        self._by_key: dict[str, Authorisation] = {}

    async def add(self, authorisation: Authorisation, idempotency_key: str) -> Authorisation:
        return self._by_key.setdefault(idempotency_key, authorisation)

    async def find(self, authorisation_id: UUID) -> Authorisation | None:
        kept = self._by_key.values()
        return next((one for one in kept if one.id == authorisation_id), None)
