"""Orders over HTTP: one transaction over orders, stock and payments."""

from flask import Blueprint, jsonify, request

from shop import catalogue
from shop.database import db
from shop.models import Customer, Order, OrderLine, Payment, Product

blueprint = Blueprint("orders", __name__)


@blueprint.post("/")
def place():
    """All or nothing: the order, its lines, the stock, the payment."""
    given = request.get_json()
    customer = db.session.get(Customer, given["customer"])
    order = Order(customer_id=customer.id, state="placed")
    db.session.add(order)
    db.session.flush()
    amount = 0
    for line in given["lines"]:
        product = db.session.get(Product, line["product"])
        catalogue.take(product.id, line["count"])
        db.session.add(OrderLine(order_id=order.id, product_id=product.id, count=line["count"]))
        amount += product.price * line["count"]
    db.session.add(Payment(order_id=order.id, amount=amount))
    db.session.commit()
    return jsonify(id=order.id), 201


@blueprint.get("/<int:order_id>/")
def show(order_id):
    """One order with its lines."""
    order = db.get_or_404(Order, order_id)
    lines = [{"product": line.product.name, "count": line.count} for line in order.lines]
    return jsonify(id=order.id, state=order.state, lines=lines)


@blueprint.post("/<int:order_id>/cancel/")
def cancel(order_id):
    """The order is cancelled and the stock refilled."""
    order = db.get_or_404(Order, order_id)
    for line in order.lines:
        catalogue.put_back(line.product_id, line.count)
    order.state = "cancelled"
    db.session.commit()
    return jsonify(id=order.id, state=order.state)


def sweep():
    """Removes cancelled orders, for cron: `flask sweep`."""
    for order in Order.query.filter_by(state="cancelled").all():
        db.session.delete(order)
    db.session.commit()
