# Moved by mscli migrate apply from shop/models.py: yours to change.
"""Every table of the shop."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalogue.moved.database import Base


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
