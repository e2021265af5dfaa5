# Scaffolded by mscli migrate apply: yours to change.
"""The monolith, as this service sees it (Evans: an anti-corruption layer).

Its words end here: turn them into this service's own in the methods, and let nobody else ask it.
"""

from urllib.parse import quote

import httpx2
from pydantic import JsonValue

from orders.wiring.http import document


class MonolithClient:
    """Paths are relative to the call's base URL; deadline, retries, breaker are in the client."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    async def products(self) -> JsonValue:
        """`GET /products/`: reads products."""
        return document(await self._http.get("/products/"))

    async def shelf(self) -> JsonValue:
        """`GET /products/shelf/`: reads products."""
        return document(await self._http.get("/products/shelf/"))

    async def product(self, product_id: object) -> JsonValue:
        """`GET /products/{product_id}/`: reads products, stock."""
        return document(await self._http.get(f"/products/{quote(str(product_id), safe='')}/"))

    async def sales(self) -> JsonValue:
        """`GET /reports/sales/`: reads products."""
        return document(await self._http.get("/reports/sales/"))
