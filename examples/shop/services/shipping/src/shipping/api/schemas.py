# Scaffolded by mscli: yours to change.
"""What comes in and goes out, as documents."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Sku = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
Quantity = Annotated[int, Field(ge=1, le=1000)]


class QuoteDocument(BaseModel):
    """A quote as callers see it: days of travel, and a price in cents."""

    model_config = ConfigDict(from_attributes=True)

    days: int
    price: int
