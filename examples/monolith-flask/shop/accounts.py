"""Registering customers and forgetting them."""

from flask import Blueprint, jsonify, request

from shop.database import db
from shop.models import Customer

blueprint = Blueprint("accounts", __name__)


@blueprint.post("/")
def register():
    """A new customer; the profile comes from the event."""
    given = request.get_json()
    customer = Customer(email=given["email"], name=given["name"])
    db.session.add(customer)
    db.session.commit()
    return jsonify(id=customer.id), 201


@blueprint.post("/<int:customer_id>/delete/")
def forget(customer_id):
    """Takes profile, orders, their lines and payments along."""
    customer = db.get_or_404(Customer, customer_id)
    db.session.delete(customer)
    db.session.commit()
    return jsonify()
