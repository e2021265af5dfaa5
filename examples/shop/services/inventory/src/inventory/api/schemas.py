# Scaffolded by mscli: yours to change.
"""What goes out, as documents."""

from pydantic import BaseModel, ConfigDict


class ItemDocument(BaseModel):
    """An item as callers see it; `price` is in cents."""

    model_config = ConfigDict(from_attributes=True)

    sku: str
    name: str
    price: int
    stock: int


class ItemList(BaseModel):
    """Every item."""

    items: list[ItemDocument]
