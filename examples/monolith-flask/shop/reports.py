"""Figures, and a row for every request."""

from flask import Blueprint, jsonify, request
from sqlalchemy import text

from shop.database import db
from shop.models import Visit

blueprint = Blueprint("reports", __name__)
SALES = """
    SELECT p.name, SUM(l.count) FROM order_lines l
    JOIN products p ON p.id = l.product_id GROUP BY p.name ORDER BY p.name
"""


def count_visit():
    """A write on every request."""
    db.session.add(Visit(path=request.path))
    db.session.commit()


@blueprint.get("/reports/sales/")
def sales():
    """Raw SQL across orders and catalogue."""
    rows = db.session.execute(text(SALES)).all()
    return jsonify(sales=[{"product": name, "count": count} for name, count in rows])
