"""Orders over HTTP: one transaction over orders, stock and payments."""

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel
from sqlalchemy import select

from shop.database import Database, SessionLocal
from shop.models import Customer, Order, OrderLine, Payment, Product
from shop.routers import catalogue

router = APIRouter()


class Line(BaseModel):
    """One product that is wanted."""

    product: int
    count: int


class NewOrder(BaseModel):
    """What somebody wants."""

    customer: int
    lines: list[Line]


@router.post("/", status_code=201)
def place(given: NewOrder, session: Database):
    """All or nothing: the order, its lines, the stock, the payment."""
    customer = session.get(Customer, given.customer)
    order = Order(customer_id=customer.id, state="placed")
    session.add(order)
    session.flush()
    amount = 0
    for line in given.lines:
        product = session.get(Product, line.product)
        catalogue.take(session, product.id, line.count)
        session.add(OrderLine(order_id=order.id, product_id=product.id, count=line.count))
        amount += product.price * line.count
    session.add(Payment(order_id=order.id, amount=amount))
    session.commit()
    return {"id": order.id}


@router.get("/{order_id}/")
def show(order_id: int, session: Database):
    """One order with its lines."""
    order = session.get(Order, order_id)
    if order is None:
        raise HTTPException(404)
    lines = [{"product": line.product.name, "count": line.count} for line in order.lines]
    return {"id": order.id, "state": order.state, "lines": lines}


@router.post("/{order_id}/cancel/")
def cancel(order_id: int, session: Database):
    """The order is cancelled and the stock refilled."""
    order = session.get(Order, order_id)
    if order is None:
        raise HTTPException(404)
    for line in order.lines:
        catalogue.put_back(session, line.product_id, line.count)
    order.state = "cancelled"
    session.commit()
    return {"id": order.id, "state": order.state}


def sweep():
    """Removes cancelled orders, for cron."""
    with SessionLocal() as session:
        for order in session.scalars(select(Order).where(Order.state == "cancelled")):
            session.delete(order)
        session.commit()
