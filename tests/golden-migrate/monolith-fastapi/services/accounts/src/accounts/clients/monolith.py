# Scaffolded by mscli migrate apply: yours to change.
"""The monolith, as this service sees it (Evans: an anti-corruption layer).

Its words end here: turn them into this service's own in the methods, and let nobody else ask it.
"""

from urllib.parse import quote

import httpx2
from pydantic import JsonValue

from accounts.wiring.http import document


class MonolithClient:
    """Paths are relative to the call's base URL; deadline, retries, breaker are in the client."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    async def show(self, order_id: object) -> JsonValue:
        """`GET /orders/{order_id}/`: reads order_lines, orders."""
        return document(await self._http.get(f"/orders/{quote(str(order_id), safe='')}/"))

    async def sales(self) -> JsonValue:
        """`GET /reports/sales/`: reads order_lines."""
        return document(await self._http.get("/reports/sales/"))
