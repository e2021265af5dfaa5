# Scaffolded by mscli: yours to change.
"""What the service does for its callers: one async function a verb."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from orders.domain import (
    IdempotencyKeyReused,
    Order,
    OrderNotFound,
    Orders,
    Suppliers,
    check_stock,
    total,
)


async def place_order(
    orders: Orders, suppliers: Suppliers, sku: str, quantity: int, idempotency_key: str | None
) -> Order:
    """Place an order. Repeated with the same key, it places one and answers with that one.

    The payment comes last of the calls: if anything fails after it, the authorisation lapses by
    itself, so there is nothing to undo.
    """
    kept = None if idempotency_key is None else await orders.find_by_key(idempotency_key)
    if kept is None:
        order = await _agree(suppliers, sku, quantity)
        kept = await orders.add(order, idempotency_key)
    if (kept.sku, kept.quantity) != (sku, quantity):
        raise IdempotencyKeyReused("this idempotency key belongs to another order")
    return kept


async def _agree(suppliers: Suppliers, sku: str, quantity: int) -> Order:
    item = await suppliers.inventory.item(sku)
    check_stock(item, quantity)
    quote = await suppliers.shipping.quote(sku, quantity)
    amount = total(item, quantity, quote)
    identity = uuid4()
    authorisation = await suppliers.payments.authorise(identity, amount)
    return Order(identity, sku, quantity, amount, quote.days, authorisation)


async def get_order(orders: Orders, order_id: UUID) -> Order:
    """The order of this id."""
    order = await orders.find(order_id)
    if order is None:
        raise OrderNotFound(f"no order {order_id}")
    return order


async def list_orders(orders: Orders, limit: int, before: UUID | None) -> Sequence[Order]:
    """A page of orders, newest first."""
    return await orders.newest(limit, before)
