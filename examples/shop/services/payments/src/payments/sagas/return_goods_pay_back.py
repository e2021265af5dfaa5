# Scaffolded by mscli: yours to change.
"""`pay-back`, the pivot: money that was sent cannot be asked for again.

This service's step in the saga `return-goods`.

It is done once however often it is asked for (`wiring/steps.py`): write what is to happen once.
What goes through `connection` is kept together with the answer, or not at all.
"""

from pydantic import BaseModel, Field, JsonValue, ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from payments.domain import NoSuchBank, check_account
from payments.storage import charges
from payments.wiring.steps import Refused, StepRequest


class Owed(BaseModel):
    """What this step reads of the return; `account` is an IBAN."""

    order: str = Field(min_length=1, max_length=100)
    account: str = Field(max_length=34)


async def pay_back(connection: AsyncConnection, request: StepRequest) -> JsonValue:
    """Give the customer back what the order has cost; in cents."""
    try:
        owed = Owed.model_validate(request.input)
        check_account(owed.account)
    except ValidationError as error:
        raise Refused(f"this is no return: {error.errors()[0]['msg']}") from error
    except NoSuchBank as error:
        raise Refused(str(error)) from error
    amount = await charges.pay_back(connection, owed.order)
    if amount is None:
        raise Refused(f"nothing was paid for the order {owed.order}")
    return amount
