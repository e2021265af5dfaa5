"""Every table of the shop."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table, event, insert
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.database import Base


class Customer(Base):
    """Somebody who buys."""

    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    profile: Mapped[Profile] = relationship(
        back_populates="customer", cascade="all, delete-orphan"
    )
    orders: Mapped[list[Order]] = relationship(
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


class Category(Base):
    """A shelf."""

    __tablename__ = "categories"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


product_categories = Table(
    "product_categories",
    Base.metadata,
    Column("product_id", ForeignKey("products.id"), primary_key=True),
    Column("category_id", ForeignKey("categories.id"), primary_key=True),
)


class Product(Base):
    """Something to buy."""

    __tablename__ = "products"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    price: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)
    categories: Mapped[list[Category]] = relationship(secondary=product_categories)
    stock: Mapped[Stock] = relationship(back_populates="product")


class Stock(Base):
    """How many there are."""

    __tablename__ = "stock"
    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    count: Mapped[int] = mapped_column(default=0)
    product: Mapped[Product] = relationship(back_populates="stock")


class Order(Base):
    """What somebody bought at once."""

    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    state: Mapped[str] = mapped_column(default="placed")
    customer: Mapped[Customer] = relationship(back_populates="orders")
    lines: Mapped[list[OrderLine]] = relationship(
        back_populates="order", cascade="all, delete-orphan"
    )
    payment: Mapped[Payment] = relationship(
        back_populates="order", cascade="all, delete-orphan"
    )


class OrderLine(Base):
    """One product of an order."""

    __tablename__ = "order_lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    count: Mapped[int]
    order: Mapped[Order] = relationship(back_populates="lines")
    product: Mapped[Product] = relationship()


class Payment(Base):
    """Money for an order."""

    __tablename__ = "payments"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    amount: Mapped[int]
    order: Mapped[Order] = relationship(back_populates="payment")


class Visit(Base):
    """One request."""

    __tablename__ = "visits"
    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str]
