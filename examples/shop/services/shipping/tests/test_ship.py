# Scaffolded by mscli: yours to change.
"""The step `ship`: a parcel to where nobody goes is refused, and never reaches the database."""

import asyncio
from typing import cast

import pytest
from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncConnection

from shipping.sagas.place_order_ship import ship
from shipping.wiring.steps import Refused, StepRequest

NOT_REACHED = cast(AsyncConnection, None)
ORDER: dict[str, JsonValue] = {"order": "o1", "sku": "tea", "quantity": 1, "country": "AQ"}


@pytest.mark.parametrize(
    ("input", "reason"),
    [(ORDER, "nobody delivers to 'AQ'"), (ORDER | {"quantity": 0}, "this is no order")],
)
def test_it_is_refused(input: dict[str, JsonValue], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        asyncio.run(ship(NOT_REACHED, StepRequest("place-order-1", input)))
