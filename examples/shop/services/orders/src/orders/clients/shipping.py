# Scaffolded by mscli: yours to change.
"""The shipping service, as this one sees it: `await shipping.quote(sku, quantity)`.

This call has a fallback in mscli.yaml: when shipping does not answer, that is the quote.
"""

import httpx2
from pydantic import TypeAdapter

from orders.clients.answers import read
from orders.domain import NotDeliverable, Quote

QUOTE = TypeAdapter(Quote)


class ShippingClient:
    """Paths are relative to the call's base URL; deadline, retries, breaker are in the client."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    async def quote(self, sku: str, quantity: int) -> Quote:
        """What bringing so many takes and costs, or NotDeliverable."""
        response = await self._http.get("/quotes", params={"sku": sku, "quantity": quantity})
        if response.status_code == httpx2.codes.UNPROCESSABLE_CONTENT:
            raise NotDeliverable(f"nobody carries {quantity} of {sku!r}")
        return read(QUOTE, response)
