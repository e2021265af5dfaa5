# Scaffolded by mscli: yours to change.
"""`charge`, and `refund`, which undoes it.

This service's step in the saga `place-order`.

It is done once however often it is asked for (`wiring/steps.py`): write what is to happen once.
What goes through `connection` is kept together with the answer, or not at all.
"""

from functools import cache

from pydantic import BaseModel, Field, JsonValue, TypeAdapter, ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from payments.domain import CardDeclined, check_limit
from payments.settings import Settings
from payments.storage import charges
from payments.wiring.environment import read
from payments.wiring.steps import Refused, StepRequest

CHARGE = TypeAdapter(int)


class Due(BaseModel):
    """What this step reads of the order; `total` is in cents."""

    order: str = Field(min_length=1, max_length=100)
    total: int = Field(ge=1)


@cache
def card_limit() -> int:
    """What a card holds, in cents."""
    return read(Settings).card_limit


async def charge(connection: AsyncConnection, request: StepRequest) -> JsonValue:
    """Take the order's total from the card; the charge's number."""
    try:
        due = Due.model_validate(request.input)
        check_limit(due.total, card_limit())
    except ValidationError as error:
        raise Refused(f"this is no order: {error.errors()[0]['msg']}") from error
    except CardDeclined as error:
        raise Refused(str(error)) from error
    return await charges.add(connection, due.order, due.total)


async def refund(
    connection: AsyncConnection,
    request: StepRequest,  # noqa: ARG001 - the charge says it all
    answer: JsonValue,
) -> None:
    """Give back what `charge` took; its answer is the charge's number."""
    await charges.refund(connection, CHARGE.validate_python(answer))
