"""A choreographed saga's events: derived from the steps, each with one service that reacts."""

from __future__ import annotations

import pytest

from mscli.model.choreography import consumers, events, reactions
from mscli.model.system import Saga, Step
from tests.systems import CHOREOGRAPHY, SAGAS

SAGA = Saga(
    "go-home",
    "desk",
    (
        Step("lamp", "switch-off", "switch-on"),
        Step("door", "lock", "unlock"),
        Step("alarm", "arm"),
        Step("desk", "note"),
    ),
    style="choreography",
)


def test_every_operation_has_its_events_and_what_is_retried_cannot_fail() -> None:
    assert [event.type for event in events(SAGA)] == [
        "desk.go-home.started",
        "lamp.go-home.switch-off.succeeded",
        "lamp.go-home.switch-off.failed",
        "lamp.go-home.switch-on.succeeded",
        "door.go-home.lock.succeeded",
        "door.go-home.lock.failed",
        "door.go-home.unlock.succeeded",
        "alarm.go-home.arm.succeeded",
        "alarm.go-home.arm.failed",
        "desk.go-home.note.succeeded",
    ]


def test_success_starts_the_next_step_and_failure_the_compensations_in_reverse() -> None:
    found = {
        reaction.event.subject.removeprefix("events."): (reaction.service, reaction.operation)
        for reaction in reactions(SAGA)
    }
    assert found == {
        "desk.go-home.started": ("lamp", "switch-off"),
        "lamp.go-home.switch-off.succeeded": ("door", "lock"),
        "door.go-home.lock.succeeded": ("alarm", "arm"),
        "alarm.go-home.arm.succeeded": ("desk", "note"),
        "alarm.go-home.arm.failed": ("door", "unlock"),
        "door.go-home.lock.failed": ("lamp", "switch-on"),
        "door.go-home.unlock.succeeded": ("lamp", "switch-on"),
    }
    assert len(found) == len(reactions(SAGA))
    assert {reaction.event for reaction in reactions(SAGA)} <= set(events(SAGA))


@pytest.mark.parametrize(("service", "count"), [("inventory", 2), ("payments", 1), ("orders", 3)])
def test_a_service_reads_what_it_reacts_to_and_an_owner_its_whole_saga(
    service: str, count: int
) -> None:
    found = list(consumers(CHOREOGRAPHY, service))
    assert len({(consumer.stream, consumer.name) for consumer in found}) == count
    whole = [consumer.subject for consumer in found if consumer.subject.endswith(">")]
    owner = ["events.*.return-goods.>", "dead.*.return-goods.>"]
    assert whole == (owner if service == "orders" else [])


def test_an_orchestrated_saga_has_no_events() -> None:
    assert [*consumers(SAGAS, "orders"), *consumers(CHOREOGRAPHY, "aside")] == []
