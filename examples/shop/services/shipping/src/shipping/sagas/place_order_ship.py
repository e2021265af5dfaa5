# Scaffolded by mscli: yours to change.
"""`ship`, which cannot be undone: a parcel is on its way, or it is not.

This service's step in the saga `place-order`.

It is done once however often it is asked for (`wiring/steps.py`): write what is to happen once.
What goes through `connection` is kept together with the answer, or not at all.
"""

from pydantic import BaseModel, Field, JsonValue, ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from shipping.domain import NotDeliverable, check_country
from shipping.storage import shipments
from shipping.wiring.steps import Refused, StepRequest


class Parcel(BaseModel):
    """What this step reads of the order."""

    order: str = Field(min_length=1, max_length=100)
    sku: str = Field(max_length=40)
    quantity: int = Field(ge=1)
    country: str


async def ship(connection: AsyncConnection, request: StepRequest) -> JsonValue:
    """Send what was ordered; the shipment's number."""
    try:
        parcel = Parcel.model_validate(request.input)
        check_country(parcel.country)
    except ValidationError as error:
        raise Refused(f"this is no order: {error.errors()[0]['msg']}") from error
    except NotDeliverable as error:
        raise Refused(str(error)) from error
    return await shipments.add(
        connection, parcel.order, parcel.sku, parcel.quantity, parcel.country
    )
