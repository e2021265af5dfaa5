# Scaffolded by mscli: yours to change.
"""`reserve`, and `release`, which undoes it.

This service's step in the saga `place-order`.

It is done once however often it is asked for (`wiring/steps.py`): write what is to happen once.
What goes through `connection` is kept together with the answer, or not at all.
"""

from pydantic import BaseModel, Field, JsonValue, TypeAdapter, ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from inventory.storage import reservations
from inventory.wiring.steps import Refused, StepRequest

RESERVATION = TypeAdapter(int)


class Wanted(BaseModel):
    """What this step reads of the order."""

    order: str = Field(min_length=1, max_length=100)
    sku: str = Field(max_length=40)
    quantity: int = Field(ge=1)


async def reserve(connection: AsyncConnection, request: StepRequest) -> JsonValue:
    """Take so many out of the stock for an order; the reservation's number."""
    try:
        wanted = Wanted.model_validate(request.input)
    except ValidationError as error:
        raise Refused(f"this is no order: {error.errors()[0]['msg']}") from error
    if not await reservations.take(connection, wanted.sku, wanted.quantity):
        raise Refused(f"there are no {wanted.quantity} of {wanted.sku!r}")
    return await reservations.add(connection, wanted.order, wanted.sku, wanted.quantity)


async def release(
    connection: AsyncConnection,
    request: StepRequest,  # noqa: ARG001 - the reservation says it all
    answer: JsonValue,
) -> None:
    """Put back what `reserve` took; its answer is the reservation's number."""
    await reservations.put_back(connection, RESERVATION.validate_python(answer))
