# Scaffolded by mscli: yours to change.
"""What the service does for its callers: one async function a verb."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from orders.domain import (
    Fulfilment,
    IdempotencyKeyReused,
    Order,
    OrderNotFound,
    Orders,
    Progress,
    Suppliers,
    Wanted,
    check_stock,
    total,
)


async def place_order(
    orders: Orders,
    suppliers: Suppliers,
    fulfilment: Fulfilment,
    wanted: Wanted,
    idempotency_key: str | None,
) -> Order:
    """Place an order. Repeated with the same key, it places one and answers with that one.

    Agreeing changes nothing that would have to be undone: prices are read, and an authorisation
    lapses by itself. What changes the services comes after, and is a saga's. It is asked for again
    when the order is: if it could not be started the first time, it is now.
    """
    kept = None if idempotency_key is None else await orders.find_by_key(idempotency_key)
    if kept is None:
        order = await _agree(suppliers, wanted)
        kept = await orders.add(order, idempotency_key)
    if kept.wanted != wanted:
        raise IdempotencyKeyReused("this idempotency key belongs to another order")
    await fulfilment.start(kept)
    return kept


async def _agree(suppliers: Suppliers, wanted: Wanted) -> Order:
    item = await suppliers.inventory.item(wanted.sku)
    check_stock(item, wanted.quantity)
    quote = await suppliers.shipping.quote(wanted.sku, wanted.quantity)
    amount = total(item, wanted.quantity, quote)
    identity = uuid4()
    authorisation = await suppliers.payments.authorise(identity, amount)
    return Order(
        id=identity,
        sku=wanted.sku,
        quantity=wanted.quantity,
        total=amount,
        delivery_days=quote.days,
        authorisation=authorisation,
        country=wanted.country,
    )


async def get_order(orders: Orders, order_id: UUID) -> Order:
    """The order of this id."""
    order = await orders.find(order_id)
    if order is None:
        raise OrderNotFound(f"no order {order_id}")
    return order


async def get_progress(fulfilment: Fulfilment, order: Order) -> Progress:
    """How far an order has come."""
    return await fulfilment.progress(order)


async def list_orders(orders: Orders, limit: int, before: UUID | None) -> Sequence[Order]:
    """A page of orders, newest first."""
    return await orders.newest(limit, before)
