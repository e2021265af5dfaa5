# Scaffolded by mscli: yours to change.
"""The service's routes."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request

from orders import use_cases
from orders.api.schemas import NewOrder, OrderDocument, OrderPage, PlacedOrder
from orders.domain import Fulfilment, Orders, Suppliers, Wanted

router = APIRouter(tags=["orders"])


async def get_orders(request: Request) -> Orders:
    """Where orders are kept: opened by `app.py`; a test puts its own in place."""
    orders: Orders = request.app.state.orders
    return orders


async def get_suppliers(request: Request) -> Suppliers:
    """The clients of the called services: opened by `app.py`; a test puts its own in place."""
    suppliers: Suppliers = request.app.state.clients
    return suppliers


async def get_fulfilment(request: Request) -> Fulfilment:
    """Who sees orders through: opened by `app.py`; a test puts its own in place."""
    fulfilment: Fulfilment = request.app.state.fulfilment
    return fulfilment


@router.post("/", status_code=201)
async def place(
    new: NewOrder,
    orders: Annotated[Orders, Depends(get_orders)],
    suppliers: Annotated[Suppliers, Depends(get_suppliers)],
    fulfilment: Annotated[Fulfilment, Depends(get_fulfilment)],
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200)] = None,
) -> OrderDocument:
    """Place an order; safe to repeat with the same Idempotency-Key."""
    wanted = Wanted(new.sku, new.quantity, new.country)
    order = await use_cases.place_order(orders, suppliers, fulfilment, wanted, idempotency_key)
    return OrderDocument.model_validate(order)


@router.get("/")
async def newest(
    orders: Annotated[Orders, Depends(get_orders)],
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: UUID | None = None,
) -> OrderPage:
    """A page of orders, newest first."""
    return OrderPage.of(await use_cases.list_orders(orders, limit, cursor), limit)


@router.get("/{order_id:uuid}")
async def get(
    order_id: UUID,
    orders: Annotated[Orders, Depends(get_orders)],
    fulfilment: Annotated[Fulfilment, Depends(get_fulfilment)],
) -> PlacedOrder:
    """One order, and how far it has come: placed, shipped or cancelled."""
    order = await use_cases.get_order(orders, order_id)
    return PlacedOrder.of(order, await use_cases.get_progress(fulfilment, order))
