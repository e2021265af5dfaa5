# Scaffolded by mscli: yours to change.
"""The step `charge`: what the card does not hold is refused, and never reaches the database."""

import asyncio
from typing import cast

import pytest
from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncConnection

from payments.sagas.place_order_charge import card_limit, charge
from payments.wiring.steps import Refused, StepRequest

NOT_REACHED = cast(AsyncConnection, None)


@pytest.mark.parametrize(
    ("input", "reason"),
    [
        ({}, "this is no order"),
        ({"order": "o1", "total": 0}, "this is no order"),
        ({"order": "o1", "total": card_limit() + 1}, "over the card's limit"),
    ],
)
def test_it_is_refused(input: dict[str, JsonValue], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        asyncio.run(charge(NOT_REACHED, StepRequest("place-order-1", input)))
