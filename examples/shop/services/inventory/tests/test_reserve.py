# Scaffolded by mscli: yours to change.
"""The step `reserve`: what is no order is refused, and never reaches the database."""

import asyncio
from typing import cast

import pytest
from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncConnection

from inventory.sagas.place_order_reserve import reserve
from inventory.wiring.steps import Refused, StepRequest

NOT_REACHED = cast(AsyncConnection, None)


@pytest.mark.parametrize(
    "input",
    [
        {},
        {"order": "o1", "sku": "tea", "quantity": 0},
        {"order": "o1", "sku": "tea", "quantity": "many"},
        {"order": "", "sku": "tea", "quantity": 1},
        {"order": "o1", "quantity": 1},
    ],
)
def test_what_is_no_order_is_refused(input: dict[str, JsonValue]) -> None:
    with pytest.raises(Refused, match="this is no order"):
        asyncio.run(reserve(NOT_REACHED, StepRequest("place-order-1", input)))
