# Rendered by mscli from the calls in mscli.yaml: do not edit.
"""The one registry of the services that this one calls: a client for each, and how to open them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from orders.clients.inventory import InventoryClient
from orders.clients.payments import PaymentsClient
from orders.clients.shipping import ShippingClient
from orders.wiring.health import Service
from orders.wiring.http import Calls


@dataclass(frozen=True, slots=True)
class Clients:
    """One attribute for each call; each has its own connections and its own breaker."""

    inventory: InventoryClient
    payments: PaymentsClient
    shipping: ShippingClient


@asynccontextmanager
async def open_clients(service: Service) -> AsyncIterator[Clients]:
    """Open every client, and close them at the end."""
    calls = Calls(service)
    async with AsyncExitStack() as stack:
        opened = stack.enter_async_context
        yield Clients(
            inventory=InventoryClient(
                await opened(calls.open("inventory")),
            ),
            payments=PaymentsClient(
                await opened(calls.open("payments")),
            ),
            shipping=ShippingClient(
                await opened(calls.open("shipping")),
            ),
        )
