# Scaffolded by mscli: yours to change.
"""A participant's rules: it acts once and is undone once, in whatever order it is asked."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncConnection

from payments.sagas import STEPS
from payments.wiring.problems import add_problems
from payments.wiring.step_rows import add_steps
from payments.wiring.steps import Kept, Outcome, Refused, Row, Step, StepRequest, act, undo


class InMemoryRow:
    """A row; what is written is seen by others when the transaction has ended well."""

    def __init__(self, kept: Kept | None) -> None:
        self.kept = kept
        self.connection = cast(AsyncConnection, None)

    def attempt(self) -> AbstractAsyncContextManager[object]:
        return nullcontext()

    async def keep(self, kept: Kept) -> None:
        self.kept = kept


class InMemoryRows:
    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Kept | None] = {}
        self._locks: defaultdict[tuple[str, str], asyncio.Lock] = defaultdict(asyncio.Lock)

    @asynccontextmanager
    async def locked(self, saga_id: str, step: str) -> AsyncIterator[Row]:
        key = (saga_id, step)
        async with self._locks[key]:
            row = InMemoryRow(self.kept.get(key))
            yield row
            self.kept[key] = row.kept


class Till:
    """A step that counts its effects."""

    def __init__(self, error: Exception | None = None) -> None:
        self.effects: list[str] = []
        self.step = Step("buy", "charge", self._charge, "refund", self._refund)
        self._error = error

    async def _charge(self, _connection: AsyncConnection, request: StepRequest) -> JsonValue:
        await asyncio.sleep(0)
        if self._error is not None:
            raise self._error
        self.effects.append("charge")
        return request.input.get("amount")

    async def _refund(
        self, _connection: AsyncConnection, _request: StepRequest, answer: JsonValue
    ) -> None:
        self.effects.append(f"refund {answer}")


REQUEST = StepRequest("buy-1", {"amount": 7})


def test_asked_again_it_gives_the_answer_that_was_kept() -> None:
    till, rows = Till(), InMemoryRows()
    answers = [asyncio.run(act(rows, till.step, REQUEST)) for _ in "123"]
    assert (answers, till.effects) == ([7, 7, 7], ["charge"])


def test_asked_twice_at_once_the_second_waits_for_the_first() -> None:
    till, rows = Till(), InMemoryRows()

    async def twice() -> list[JsonValue]:
        return await asyncio.gather(*(act(rows, till.step, REQUEST) for _ in "12"))

    assert (asyncio.run(twice()), till.effects) == ([7, 7], ["charge"])


def test_it_is_undone_once_with_the_answer_that_it_gave() -> None:
    till, rows = Till(), InMemoryRows()
    asyncio.run(act(rows, till.step, REQUEST))
    outcomes = [asyncio.run(undo(rows, till.step, REQUEST)) for _ in "12"]
    assert outcomes == [Outcome.COMPENSATED] * 2
    assert till.effects == ["charge", "refund 7"]
    with pytest.raises(Refused, match="undone already"):
        asyncio.run(act(rows, till.step, REQUEST))


def test_undone_before_it_acted_it_never_acts() -> None:
    till, rows = Till(), InMemoryRows()
    assert asyncio.run(undo(rows, till.step, REQUEST)) is Outcome.NEVER
    with pytest.raises(Refused, match="undone already"):
        asyncio.run(act(rows, till.step, REQUEST))
    assert till.effects == []


def test_a_refusal_is_kept_and_has_nothing_to_undo() -> None:
    till, rows = Till(Refused("no money")), InMemoryRows()
    for _ in "12":
        with pytest.raises(Refused, match="no money"):
            asyncio.run(act(rows, till.step, REQUEST))
    assert asyncio.run(undo(rows, till.step, REQUEST)) is Outcome.REFUSED
    assert till.effects == []


def test_an_error_keeps_nothing_so_that_it_may_be_tried_again() -> None:
    till, rows = Till(ValueError("a fault")), InMemoryRows()
    with pytest.raises(ValueError, match="a fault"):
        asyncio.run(act(rows, till.step, REQUEST))
    assert rows.kept == {}


def test_every_step_has_its_endpoints(client: TestClient) -> None:
    for step in STEPS:
        for name in filter(None, (step.name, step.undo_name)):
            refused = client.post(f"/internal/sagas/{step.saga}/{name}", json={})
            assert refused.status_code == 422


def test_a_refusal_is_a_problem() -> None:
    till, app = Till(Refused("no money")), FastAPI()
    app.state.saga_rows = InMemoryRows()
    add_steps(app, [till.step])
    add_problems(app, {})
    client = TestClient(app)
    refused = client.post("/internal/sagas/buy/charge", json={"saga_id": "buy-1"})
    assert (refused.status_code, refused.json()["detail"]) == (409, "no money")
    undone = client.post("/internal/sagas/buy/refund", json={"saga_id": "buy-1"})
    assert undone.json() == {"answer": "refused"}
