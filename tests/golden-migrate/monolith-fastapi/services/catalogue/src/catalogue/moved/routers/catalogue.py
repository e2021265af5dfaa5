# Moved by mscli migrate apply from shop/routers/catalogue.py: yours to change.
"""Looking at products."""

from fastapi import APIRouter, Depends, HTTPException
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalogue.moved.database import Database, get_session
from catalogue.moved.models import Product

router = APIRouter()


@router.get("/")
def products(session: Database):
    """All that can be bought; reads the table between products and categories too."""
    found = session.scalars(select(Product).where(Product.active)).all()
    return {
        "products": [
            {"id": p.id, "name": p.name, "categories": [c.name for c in p.categories]}
            for p in found
        ]
    }


def wanted(product_id: int, session: Session = Depends(get_session)) -> Product:
    """The product that a path names."""
    found = session.get(Product, product_id)
    if found is None:
        raise HTTPException(404)
    return found


@router.get("/{product_id}/")
def product(found: Product = Depends(wanted)):
    """One product, and how many are left."""
    return {"id": found.id, "name": found.name, "left": found.stock.count}
