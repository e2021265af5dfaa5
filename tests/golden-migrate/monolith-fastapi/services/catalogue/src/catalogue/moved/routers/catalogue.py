# Moved by mscli migrate apply from shop/routers/catalogue.py: yours to change.
"""Looking at products."""

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalogue.moved.database import Database, get_session
from catalogue.moved.models import Product
from catalogue.moved.pages import templates

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


@router.get("/shelf/", response_class=HTMLResponse)
def shelf(request: Request, session: Database):
    """A page of all that can be bought."""
    found = session.scalars(select(Product).where(Product.active)).all()
    return templates.TemplateResponse(request, "catalogue/shelf.html", {"products": found})


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


@router.post("/{product_id}/remember/")
def remember(request: Request, found: Product = Depends(wanted)):
    """Back to the page, which says so."""
    return RedirectResponse(f"{request.url_for('shelf').path}?remembered={found.id}", 302)
