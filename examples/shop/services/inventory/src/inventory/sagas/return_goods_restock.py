# Scaffolded by mscli: yours to change.
"""`restock`, which comes after the pivot: it cannot refuse.

This service's step in the saga `return-goods`.

It is done once however often it is asked for (`wiring/steps.py`): write what is to happen once.
What goes through `connection` is kept together with the answer, or not at all.
"""

from pydantic import BaseModel, JsonValue
from sqlalchemy.ext.asyncio import AsyncConnection

from inventory.storage import reservations
from inventory.wiring.steps import StepRequest


class Returned(BaseModel):
    """What this step reads of the return."""

    order: str


async def restock(connection: AsyncConnection, request: StepRequest) -> JsonValue:
    """Put what an order had taken into the stock again; the reservations that have ended."""
    returned = Returned.model_validate(request.input)
    held: list[JsonValue] = []
    for reservation in await reservations.of(connection, returned.order):
        await reservations.put_back(connection, reservation)
        held.append(reservation)
    return held
