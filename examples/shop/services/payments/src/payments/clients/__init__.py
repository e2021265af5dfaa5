# Rendered by mscli from the calls in mscli.yaml: do not edit.
"""The one registry of the services that this one calls: a client for each, and how to open them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from payments.wiring.health import Service


@dataclass(frozen=True, slots=True)
class Clients:
    """One attribute for each call; each has its own connections and its own breaker."""


@asynccontextmanager
async def open_clients(_service: Service) -> AsyncIterator[Clients]:
    """Open every client, and close them at the end."""
    yield Clients()
