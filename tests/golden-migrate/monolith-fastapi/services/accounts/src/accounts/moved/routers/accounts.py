# Moved by mscli migrate apply from shop/routers/accounts.py: yours to change.
"""Registering customers and forgetting them."""

from fastapi import APIRouter
from pydantic import BaseModel

from accounts.moved.database import Database
from accounts.moved.models import Customer

router = APIRouter(prefix="/customers")


class NewCustomer(BaseModel):
    """What a customer tells."""

    email: str
    name: str


@router.post("/", status_code=201)
def register(given: NewCustomer, session: Database):
    """A new customer; the profile comes from the event."""
    customer = Customer(email=given.email, name=given.name)
    session.add(customer)
    session.commit()
    return {"id": customer.id}
