# Scaffolded by mscli: yours to change.
"""The step `pay-back`: what is no return, or to no bank, never reaches the database."""

import asyncio
from typing import cast

import pytest
from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncConnection

from payments.sagas.return_goods_pay_back import pay_back
from payments.wiring.steps import Refused, StepRequest

NOT_REACHED = cast(AsyncConnection, None)


@pytest.mark.parametrize(
    ("input", "reason"),
    [
        ({"order": "o1", "account": "AQ02 1911"}, "no bank is known in 'AQ'"),
        ({"order": "o1"}, "this is no return"),
    ],
)
def test_it_is_refused(input: dict[str, JsonValue], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        asyncio.run(pay_back(NOT_REACHED, StepRequest("return-goods-1", input)))
