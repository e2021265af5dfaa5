# Scaffolded by mscli: yours to change.
"""The payments service, as this one sees it: `await payments.authorise(order, amount)`."""

from dataclasses import dataclass
from uuid import UUID

import httpx2
from pydantic import TypeAdapter

from orders.clients.answers import read
from orders.domain import CardDeclined


@dataclass(frozen=True, slots=True)
class Authorisation:
    """What this service keeps of an authorisation."""

    id: UUID


AUTHORISATION = TypeAdapter(Authorisation)


class PaymentsClient:
    """Paths are relative to the call's base URL; deadline, retries, breaker are in the client."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    async def authorise(self, order: UUID, amount: int) -> UUID:
        """The id of an authorisation, or CardDeclined; its key makes it safe to repeat."""
        response = await self._http.post(
            "/authorisations",
            json={"order": str(order), "amount": amount},
            headers={"Idempotency-Key": str(order)},
        )
        if response.status_code == httpx2.codes.PAYMENT_REQUIRED:
            raise CardDeclined(f"the card does not hold {amount}")
        return read(AUTHORISATION, response).id
