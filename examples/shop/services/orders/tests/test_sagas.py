# Scaffolded by mscli: yours to change.
"""What becomes of every saga when one of its steps fails: each step, and each way to fail, in turn.

Given a participant that fails, when the saga runs, expect that all is done, or that what was done
is undone in reverse, and that nothing is done twice. The participants are stand-ins here.
"""

import asyncio
from enum import StrEnum

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import JsonValue

from orders.api.sagas import get_starter
from orders.sagas import SAGAS
from orders.wiring.saga import Call, Ending, Part, Saga, Step, StepFailed, StepRefused, run
from orders.wiring.temporal import Progress, UnknownSaga


class Fault(StrEnum):
    REFUSES = "refuses"
    DIES_BEFORE_IT_ACTS = "dies before it acts, every time"
    DIES_BEFORE_IT_ANSWERS = "acts, dies before it answers, and is there again"
    TIMES_OUT = "acts, and its answer is never in time"


class NoAnswer(Exception):
    pass


class Participants:
    """Stand in for all participants: they act once, are undone once, and one has a fault."""

    def __init__(self, faulty: str, fault: Fault | None) -> None:
        self.effects: list[str] = []
        self._faulty = faulty
        self._fault = fault

    async def act(self, call: Call) -> JsonValue:
        fault = self._fault if call.name == self._faulty else None
        for attempt in range(call.step.attempts):
            try:
                return self._ask(call, fault, first=attempt == 0)
            except NoAnswer:
                continue
        if call.part is Part.COMPENSATABLE:
            raise StepFailed("no answer")
        return self._ask(call, None, first=False)  # not given up, until somebody has mended it

    async def undo(self, call: Call) -> None:
        if call.step.name in self.effects:
            self._effect(call)

    def _ask(self, call: Call, fault: Fault | None, *, first: bool) -> JsonValue:
        if fault is Fault.REFUSES:
            raise StepRefused("no")
        if fault is Fault.DIES_BEFORE_IT_ACTS:
            raise NoAnswer
        self._effect(call)
        if fault is Fault.TIMES_OUT or (fault is Fault.DIES_BEFORE_IT_ANSWERS and first):
            raise NoAnswer
        return call.operation

    def _effect(self, call: Call) -> None:
        if call.name not in self.effects:
            self.effects.append(call.name)


class Scene:
    """A saga, and the step of it that is to fail."""

    def __init__(self, saga: Saga, position: int) -> None:
        self.everything = saga.steps
        self.before = saga.steps[:position]
        self.step = saga.steps[position]
        self._saga = saga
        self._participants = Participants("", None)
        self._ending = Ending("", {})

    def given(self, fault: Fault) -> None:
        self._participants = Participants(self.step.name, fault)

    def when_the_saga_runs(self) -> None:
        self._ending = asyncio.run(run(self._saga, "saga-1", {}, self._participants))

    def expect_completed(self) -> None:
        assert self._participants.effects == [step.name for step in self.everything]
        assert (self._ending.state, self._ending.reason) == ("completed", "")

    def expect_undone(self, *steps: Step) -> None:
        """These were taken, and then undone in reverse; nothing else has happened."""
        done = [step.name for step in steps]
        undone = [f"{step.service}:{step.compensation}" for step in reversed(steps)]
        assert self._participants.effects == [*done, *undone]
        assert self._ending.state == "compensated"
        assert self._ending.reason.startswith(f"{self.step.name}: ")


def each_step(*parts: Part) -> pytest.MarkDecorator:
    """Every step of every saga that is such a part of it."""
    scenes = [
        pytest.param(Scene(saga, position), id=f"{saga.name}, {step.name}")
        for saga in SAGAS
        for position, step in enumerate(saga.steps)
        if saga.part(position) in parts
    ]
    return pytest.mark.parametrize("scene", scenes)


@pytest.mark.parametrize("saga", SAGAS, ids=lambda saga: saga.name)
def test_all_goes_well(saga: Saga) -> None:
    scene = Scene(saga, 0)
    scene.when_the_saga_runs()
    scene.expect_completed()


@each_step(Part.COMPENSATABLE, Part.PIVOT)
def test_a_step_refuses(scene: Scene) -> None:
    scene.given(Fault.REFUSES)
    scene.when_the_saga_runs()
    scene.expect_undone(*scene.before)


@each_step(Part.COMPENSATABLE)
def test_a_step_dies_before_it_acts(scene: Scene) -> None:
    scene.given(Fault.DIES_BEFORE_IT_ACTS)
    scene.when_the_saga_runs()
    scene.expect_undone(*scene.before)


@each_step(Part.COMPENSATABLE)
def test_a_step_acts_and_nobody_hears_of_it(scene: Scene) -> None:
    scene.given(Fault.TIMES_OUT)
    scene.when_the_saga_runs()
    scene.expect_undone(*scene.before, scene.step)


@each_step(*Part)
def test_a_step_acts_dies_and_is_there_again(scene: Scene) -> None:
    scene.given(Fault.DIES_BEFORE_IT_ANSWERS)
    scene.when_the_saga_runs()
    scene.expect_completed()


@pytest.mark.parametrize("fault", [Fault.DIES_BEFORE_IT_ACTS, Fault.TIMES_OUT])
@each_step(Part.PIVOT, Part.RETRIABLE)
def test_a_step_that_cannot_be_undone_is_never_given_up(scene: Scene, fault: Fault) -> None:
    scene.given(fault)
    scene.when_the_saga_runs()
    scene.expect_completed()


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
