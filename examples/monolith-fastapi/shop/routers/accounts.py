"""Registering customers and forgetting them."""

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel

from shop.database import Database
from shop.models import Customer

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


@router.post("/{customer_id}/delete/")
def forget(customer_id: int, session: Database):
    """Takes profile, orders, their lines and payments along."""
    customer = session.get(Customer, customer_id)
    if customer is None:
        raise HTTPException(404)
    session.delete(customer)
    session.commit()
    return {}
