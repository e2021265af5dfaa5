# Moved by mscli migrate apply from shop/models.py: yours to change.
"""Every table of the shop."""

from __future__ import annotations

from sqlalchemy import ForeignKey, event, insert
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.moved.database import Base


class Customer(Base):
    """Somebody who buys."""

    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    profile: Mapped[Profile] = relationship(
        back_populates="customer", cascade="all, delete-orphan"
    )


class Profile(Base):
    """What we know of a customer; an event makes it."""

    __tablename__ = "profiles"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    points: Mapped[int] = mapped_column(default=0)
    customer: Mapped[Customer] = relationship(back_populates="profile")


@event.listens_for(Customer, "after_insert")
def make_profile(mapper, connection, customer):
    """A write that no handler shows."""
    connection.execute(insert(Profile).values(customer_id=customer.id))
