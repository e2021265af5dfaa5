# Scaffolded by mscli: yours to change.
"""Stand-ins for what is outside, that behave like it."""

from collections.abc import Sequence

from shipping.domain import ANY_SKU, Tariff


class InMemoryTariffs:
    """Tariffs, kept for as long as a test."""

    def __init__(self, *tariffs: Tariff) -> None:
        self._tariffs = tariffs

    async def of(self, sku: str) -> Sequence[Tariff]:
        return [tariff for tariff in self._tariffs if tariff.sku in (sku, ANY_SKU)]
