# Scaffolded by mscli: yours to change.
"""The inventory service, as this one sees it: business code says `await inventory.item(sku)`."""

from urllib.parse import quote

import httpx2
from pydantic import TypeAdapter

from orders.clients.answers import read
from orders.domain import Item, ItemNotFound

ITEM = TypeAdapter(Item)


class InventoryClient:
    """Paths are relative to the call's base URL; deadline, retries, breaker are in the client."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    async def item(self, sku: str) -> Item:
        """The item, or ItemNotFound."""
        response = await self._http.get(f"/items/{quote(sku, safe='')}")
        if response.status_code == httpx2.codes.NOT_FOUND:
            raise ItemNotFound(f"no item {sku!r}")
        return read(ITEM, response)
