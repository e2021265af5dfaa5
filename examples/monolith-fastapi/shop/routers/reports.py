"""Figures."""

from fastapi import APIRouter
from sqlalchemy import text

from shop.database import Database

router = APIRouter(prefix="/reports")
SALES = """
    SELECT p.name, SUM(l.count) FROM order_lines l
    JOIN products p ON p.id = l.product_id GROUP BY p.name ORDER BY p.name
"""


@router.get("/sales/")
def sales(session: Database):
    """Raw SQL across orders and catalogue."""
    rows = session.execute(text(SALES)).all()
    return {"sales": [{"product": name, "count": count} for name, count in rows]}
