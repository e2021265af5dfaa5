# Scaffolded by mscli: yours to change.
"""Every saga, with each of its steps failing in turn: undone in reverse, and nothing done twice."""

import asyncio
from enum import StrEnum

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import JsonValue

from orders.api.sagas import get_starter
from orders.sagas import SAGAS
from orders.wiring.saga import Call, Part, Saga, Step, StepFailed, StepRefused, run
from orders.wiring.temporal import Progress, UnknownSaga


class Fault(StrEnum):
    REFUSES = "refuses"
    DIES_BEFORE_IT_ACTS = "dies before it acts"
    DIES_BEFORE_IT_ANSWERS = "dies after it acted, before it answers"
    TIMES_OUT = "acts, and its answers are never in time"


class NoAnswer(Exception):
    pass


class Participants:
    """Stand in for all participants, keep their rules (acting once, undoing once), and break."""

    def __init__(self, breaking: str = "", fault: Fault | None = None) -> None:
        self.effects: list[str] = []
        self._breaking = breaking
        self._fault = fault

    async def act(self, call: Call) -> JsonValue:
        given_up = call.part is Part.COMPENSATABLE
        for attempt in range(1, call.attempts + 1):
            try:
                return self._ask(call, attempt, mended=not given_up and attempt == call.attempts)
            except NoAnswer:
                continue
        raise StepFailed("no answer")

    async def undo(self, call: Call) -> None:
        (saga,) = (saga for saga in SAGAS if saga.name == call.saga)
        undoing = f"{call.service}:{call.operation}"
        names = [step.name for step in saga.steps if compensation(step) == undoing]
        if names[0] in self.effects:
            self._effect(call)

    def _ask(self, call: Call, attempt: int, *, mended: bool) -> JsonValue:
        fault = self._fault if f"{call.service}:{call.operation}" == self._breaking else None
        if fault is Fault.REFUSES:
            raise StepRefused("no")
        if fault is Fault.DIES_BEFORE_IT_ACTS and not mended:
            raise NoAnswer
        self._effect(call)
        first = attempt == 1 and fault is Fault.DIES_BEFORE_IT_ANSWERS
        if first or (fault is Fault.TIMES_OUT and not mended):
            raise NoAnswer
        return call.operation

    def _effect(self, call: Call) -> None:
        name = f"{call.service}:{call.operation}"
        if name not in self.effects:
            self.effects.append(name)


def actions(saga: Saga, count: int) -> list[str]:
    return [step.name for step in saga.steps[:count]]


def compensation(step: Step) -> str:
    return f"{step.service}:{step.compensation}"


def undone(saga: Saga, count: int) -> list[str]:
    return [compensation(step) for step in reversed(saga.steps[:count])]


SCENES = [
    pytest.param(saga, position, fault, id=f"{saga.name}, {saga.steps[position].name} {fault}")
    for saga in SAGAS
    for position in range(len(saga.steps))
    for fault in Fault
    if not (fault is Fault.REFUSES and saga.part(position) is Part.RETRIABLE)
]


@pytest.mark.parametrize(("saga", "position", "fault"), SCENES)
def test_a_step_fails(saga: Saga, position: int, fault: Fault) -> None:
    given = Participants(saga.steps[position].name, fault)

    when = asyncio.run(run(saga, "saga-1", {}, given))

    given_up = saga.part(position) is Part.COMPENSATABLE
    match fault:
        case Fault.REFUSES:
            expected = [*actions(saga, position), *undone(saga, position)]
        case Fault.DIES_BEFORE_IT_ACTS if given_up:
            expected = [*actions(saga, position), *undone(saga, position)]
        case Fault.TIMES_OUT if given_up:
            expected = [*actions(saga, position + 1), *undone(saga, position + 1)]
        case _:
            expected = actions(saga, len(saga.steps))
    assert given.effects == expected
    is_whole = expected == actions(saga, len(saga.steps))
    assert when.state == ("completed" if is_whole else "compensated")
    assert bool(when.reason) is not is_whole


@pytest.mark.parametrize("saga", SAGAS, ids=lambda saga: saga.name)
def test_all_goes_well(saga: Saga) -> None:
    given = Participants()

    when = asyncio.run(run(saga, "saga-1", {}, given))

    assert when.state == "completed"
    assert given.effects == actions(saga, len(saga.steps))
    assert list(when.answers) == given.effects


class InMemorySagas:
    async def start(self, name: str, key: str | None, input: dict[str, JsonValue]) -> str:
        return f"{name}-{key}-{len(input)}"

    async def find(self, name: str, saga_id: str) -> Progress:
        if not saga_id.startswith(name):
            raise UnknownSaga(f"no saga {saga_id}")
        return Progress(saga_id, "compensated", "no")


def test_a_saga_is_started_and_found(app: FastAPI, client: TestClient) -> None:
    app.dependency_overrides[get_starter] = InMemorySagas
    headers = {"Idempotency-Key": "k1"}
    started = client.post("/sagas/a-saga", json={"amount": 3}, headers=headers)
    assert (started.status_code, started.json()["saga_id"]) == (202, "a-saga-k1-1")
    found = client.get("/sagas/a-saga/a-saga-k1-1").json()
    assert (found["state"], found["reason"]) == ("compensated", "no")
    assert client.get("/sagas/a-saga/other").status_code == 404
