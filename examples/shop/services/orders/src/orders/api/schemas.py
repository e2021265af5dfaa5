# Scaffolded by mscli: yours to change.
"""What comes in and goes out, as documents."""

from collections.abc import Sequence
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from orders.domain import Order, Progress


class NewOrder(BaseModel):
    """The body of `POST /`."""

    model_config = ConfigDict(extra="forbid")

    sku: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
    quantity: Annotated[int, Field(ge=1, le=1000)]
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "DE"


class OrderDocument(BaseModel):
    """An order as callers see it; `total` is in cents, shipping included."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    sku: str
    quantity: int
    total: int
    country: str
    state: str
    delivery_days: int


class PlacedOrder(OrderDocument):
    """An order, how far it has come, and why it was cancelled if it was."""

    reason: str

    @classmethod
    def of(cls, order: Order, progress: Progress) -> Self:
        """Both as one document."""
        document = OrderDocument.model_validate(order).model_dump()
        return cls(**document | {"state": progress.state, "reason": progress.reason})


class OrderPage(BaseModel):
    """A page of orders; `next` is the cursor of the next one, null on the last."""

    items: list[OrderDocument]
    next: UUID | None

    @classmethod
    def of(cls, orders: Sequence[Order], limit: int) -> Self:
        """The page that these orders are; a full one may have another behind it."""
        return cls(
            items=[OrderDocument.model_validate(order) for order in orders],
            next=orders[-1].id if len(orders) == limit else None,
        )
