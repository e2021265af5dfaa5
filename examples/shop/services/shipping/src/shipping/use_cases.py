# Scaffolded by mscli: yours to change.
"""What the service does for its callers: one async function a verb."""

from shipping.domain import Tariff, Tariffs, choose


async def quote(tariffs: Tariffs, sku: str, quantity: int) -> Tariff:
    """The tariff by which so many of an item would be sent."""
    return choose(await tariffs.of(sku), sku, quantity)
