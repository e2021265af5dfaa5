# Scaffolded by mscli: yours to change.
"""What an order is, and what it needs of others; standard library only. Money is in cents."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID


class OrderNotFound(LookupError):
    """There is no order of this id."""


class ItemNotFound(LookupError):
    """Nothing of this SKU is for sale."""


class NotEnoughStock(Exception):
    """There are fewer than were asked for."""


class NotDeliverable(ValueError):
    """Nobody carries so many."""


class CardDeclined(Exception):
    """The card does not hold the order's total."""


class IdempotencyKeyReused(ValueError):
    """The idempotency key was used before, with another order."""


@dataclass(frozen=True, slots=True)
class Item:
    """What inventory knows of something to sell."""

    sku: str
    price: int
    stock: int


@dataclass(frozen=True, slots=True)
class Quote:
    """What shipping would take and cost."""

    days: int
    price: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody orders, and where it is to go (ISO 3166-1 alpha-2)."""

    sku: str
    quantity: int
    country: str


@dataclass(frozen=True, slots=True)
class Order:
    """So many of an item for somebody, as agreed upon with inventory, shipping and the card."""

    id: UUID
    sku: str
    quantity: int
    total: int
    delivery_days: int
    authorisation: UUID
    country: str
    state: Literal["placed"] = "placed"

    @property
    def wanted(self) -> Wanted:
        """What was asked for."""
        return Wanted(self.sku, self.quantity, self.country)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an order has come; `reason` says why it was cancelled."""

    state: Literal["placed", "shipped", "cancelled"]
    reason: str = ""


def check_stock(item: Item, quantity: int) -> None:
    """Refuse to sell what is not there."""
    if quantity > item.stock:
        raise NotEnoughStock(f"{item.stock} of {item.sku!r} left, not {quantity}")


def total(item: Item, quantity: int, quote: Quote) -> int:
    """What so many of an item cost at the door."""
    return item.price * quantity + quote.price


class Orders(Protocol):
    """Where orders are kept."""

    async def add(self, order: Order, idempotency_key: str | None) -> Order:
        """Keep it. If the key was used before, keep nothing and give that earlier order."""

    async def find(self, order_id: UUID) -> Order | None:
        """The order of this id, if there is one."""

    async def find_by_key(self, idempotency_key: str) -> Order | None:
        """The order that was placed with this key, if there is one."""

    async def newest(self, limit: int, before: UUID | None) -> Sequence[Order]:
        """At most `limit` orders, newest first; only those older than order `before`."""


class Inventory(Protocol):
    """Who knows what there is."""

    async def item(self, sku: str) -> Item:
        """The item, or ItemNotFound."""


class Shipping(Protocol):
    """Who brings it."""

    async def quote(self, sku: str, quantity: int) -> Quote:
        """What bringing so many takes and costs, or NotDeliverable."""


class Payments(Protocol):
    """Who asks the card."""

    async def authorise(self, order: UUID, amount: int) -> UUID:
        """The id of an authorisation, one for an order however often asked; or CardDeclined."""


class Fulfilment(Protocol):
    """Who sees an order through: takes the goods and the money and ships, or undoes all of it."""

    async def start(self, order: Order) -> None:
        """Begin; once for each order, however often asked."""

    async def progress(self, order: Order) -> Progress:
        """How far it has come."""


class Suppliers(Protocol):
    """The services that an order needs; `clients/` has them."""

    @property
    def inventory(self) -> Inventory:
        """Who knows what there is."""

    @property
    def shipping(self) -> Shipping:
        """Who brings it."""

    @property
    def payments(self) -> Payments:
        """Who asks the card."""
