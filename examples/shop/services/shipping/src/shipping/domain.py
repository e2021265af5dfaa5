# Scaffolded by mscli: yours to change.
"""What a tariff is, which of them applies, and where parcels go; standard library only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

ANY_SKU = "*"
"""The SKU of a tariff for whatever has none of its own."""


SERVED = frozenset({"AT", "BE", "CH", "DE", "DK", "FR", "GB", "IT", "NL", "PL"})
"""Where parcels go to: ISO 3166-1 alpha-2."""


class NotDeliverable(ValueError):
    """No tariff is for so many, or nobody goes there."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """How long a parcel of up to `most` pieces travels, and what it costs in cents."""

    sku: str
    most: int
    days: int
    price: int


class Tariffs(Protocol):
    """Where tariffs are kept."""

    async def of(self, sku: str) -> Sequence[Tariff]:
        """The tariffs of this SKU and those for any."""


def choose(tariffs: Iterable[Tariff], sku: str, quantity: int) -> Tariff:
    """The smallest tariff that holds so many; an item's own go before those for any."""
    large_enough = [tariff for tariff in tariffs if tariff.most >= quantity]
    if not large_enough:
        raise NotDeliverable(f"no tariff for {quantity} of {sku!r}")
    return min(large_enough, key=lambda tariff: (tariff.sku == ANY_SKU, tariff.most))


def check_country(country: str) -> None:
    """Refuse a parcel to where nobody goes."""
    if country not in SERVED:
        raise NotDeliverable(f"nobody delivers to {country!r}")
