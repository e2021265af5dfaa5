# Scaffolded by mscli: yours to change.
"""Stand-ins for what is outside, that behave like it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from uuid import UUID, uuid4

from orders.domain import CardDeclined, Item, ItemNotFound, NotDeliverable, Order, Progress, Quote


class InMemoryOrders:
    """Orders, kept for as long as a test."""

    def __init__(self) -> None:
        self._orders: list[Order] = []
        self._by_key: dict[str, Order] = {}

    async def add(self, order: Order, idempotency_key: str | None) -> Order:
        if idempotency_key is not None:
            if idempotency_key in self._by_key:
                return self._by_key[idempotency_key]
            self._by_key[idempotency_key] = order
        self._orders.append(order)
        return order

    async def find(self, order_id: UUID) -> Order | None:
        return next((order for order in self._orders if order.id == order_id), None)

    async def find_by_key(self, idempotency_key: str) -> Order | None:
        return self._by_key.get(idempotency_key)

    async def newest(self, limit: int, before: UUID | None) -> Sequence[Order]:
        older = takewhile(lambda order: order.id != before, self._orders)
        return list(older)[::-1][:limit]


class Depot:
    """Begins with orders, and says of each what a test has told it to."""

    def __init__(self) -> None:
        self.started: list[UUID] = []
        self.progresses: dict[UUID, Progress] = {}

    async def start(self, order: Order) -> None:
        if order.id not in self.started:
            self.started.append(order.id)

    async def progress(self, order: Order) -> Progress:
        return self.progresses.get(order.id, Progress("placed"))


class Warehouse:
    """Knows one item: 30 teapots at 35.00."""

    async def item(self, sku: str) -> Item:
        if sku != "teapot":
            raise ItemNotFound(f"no item {sku!r}")
        return Item(sku, price=3500, stock=30)


class Carrier:
    """Carries up to 29 pieces."""

    async def quote(self, sku: str, quantity: int) -> Quote:
        if quantity > 29:
            raise NotDeliverable(f"nobody carries {quantity} of {sku!r}")
        return Quote(days=2, price=490)


class Card:
    """Holds 1000.00, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.amounts: dict[UUID, int] = {}
        self.failure: Exception | None = None

    async def authorise(self, order: UUID, amount: int) -> UUID:
        if self.failure is not None:
            raise self.failure
        if amount > 100_000:
            raise CardDeclined(f"the card does not hold {amount}")
        self.amounts[order] = amount
        return uuid4()


@dataclass(frozen=True, slots=True)
class Trade:
    """All whom an order needs."""

    inventory: Warehouse = field(default_factory=Warehouse)
    shipping: Carrier = field(default_factory=Carrier)
    payments: Card = field(default_factory=Card)
