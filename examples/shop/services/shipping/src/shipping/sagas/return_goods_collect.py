# Scaffolded by mscli: yours to change.
"""`collect`, and `send-back`, which undoes it.

This service's step in the saga `return-goods`.

It is done once however often it is asked for (`wiring/steps.py`): write what is to happen once.
What goes through `connection` is kept together with the answer, or not at all.
"""

from pydantic import BaseModel, Field, JsonValue, ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from shipping.storage import shipments
from shipping.wiring.steps import Refused, StepRequest


class Returned(BaseModel):
    """What this step reads of the return."""

    order: str = Field(min_length=1, max_length=100)


class Collected(BaseModel):
    """A parcel that is not with the customer any more."""

    order: str
    sku: str
    quantity: int
    country: str


async def collect(connection: AsyncConnection, request: StepRequest) -> JsonValue:
    """Fetch the parcel of an order; what is in it."""
    try:
        returned = Returned.model_validate(request.input)
    except ValidationError as error:
        raise Refused(f"this is no return: {error.errors()[0]['msg']}") from error
    parcel = await shipments.take_back(connection, returned.order)
    if parcel is None:
        raise Refused(f"nothing was shipped for the order {returned.order}")
    return Collected.model_validate(parcel).model_dump()


async def send_back(
    connection: AsyncConnection,
    request: StepRequest,  # noqa: ARG001 - the parcel says it all
    answer: JsonValue,
) -> None:
    """Send the parcel that `collect` has fetched to the customer again."""
    parcel = Collected.model_validate(answer)
    await shipments.add(connection, parcel.order, parcel.sku, parcel.quantity, parcel.country)
