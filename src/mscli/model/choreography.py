"""A saga by choreography: the events that its ordered steps are made of, and who reacts to which.

Derived from the same steps as an orchestrated one. `<action>.succeeded` starts the next step;
`<action>.failed`, and then each `<compensation>.succeeded`, starts the compensation before it. The
owner begins it all with `started`. The generated `wiring/choreography.py` says the same again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mscli.model.system import Saga, Step, System

EVENTS, DEAD = "EVENTS", "DEAD"
"""The streams of JetStream: what has happened, and what could not be handled."""


@dataclass(frozen=True, slots=True)
class Event:
    """A type of event: what has become of a service's operation (none for the beginning)."""

    service: str
    saga: str
    operation: str
    outcome: str

    @property
    def type(self) -> str:
        """Its name, as CloudEvents has it in `type`."""
        return ".".join(filter(None, (self.service, self.saga, self.operation, self.outcome)))

    @property
    def subject(self) -> str:
        """Where it is published."""
        return f"events.{self.type}"


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a service does when an event has happened: one of its operations."""

    service: str
    operation: str
    undoes: bool
    event: Event


@dataclass(frozen=True, slots=True)
class Consumer:
    """A durable consumer of JetStream; `subject` is the one filter that it has."""

    stream: str
    name: str
    subject: str


def started(saga: Saga) -> Event:
    """How the owner begins."""
    return Event(saga.owner, saga.name, "", "started")


def succeeded(saga: Saga, service: str, operation: str) -> Event:
    """An action or a compensation has been done."""
    return Event(service, saga.name, operation, "succeeded")


def failed(saga: Saga, step: Step) -> Event:
    """An action has been refused, or given up: it has no effect."""
    return Event(step.service, saga.name, step.action, "failed")


def events(saga: Saga) -> tuple[Event, ...]:
    """Every type of event of a saga, in the order of the steps."""
    return (started(saga), *(e for index in range(len(saga.steps)) for e in _of(saga, index)))


def _of(saga: Saga, index: int) -> Iterator[Event]:
    step = saga.steps[index]
    yield succeeded(saga, step.service, step.action)
    if not _is_retriable(saga, index):
        yield failed(saga, step)
    if step.compensation:
        yield succeeded(saga, step.service, step.compensation)


def _is_retriable(saga: Saga, index: int) -> bool:
    return (
        index > 0 and not saga.steps[index].compensation and not saga.steps[index - 1].compensation
    )


def reactions(saga: Saga) -> tuple[Reaction, ...]:
    """Who does what after which event; every event is one service's to react to, or nobody's."""
    return tuple(_reactions(saga))


def _reactions(saga: Saga) -> Iterator[Reaction]:
    for index, step in enumerate(saga.steps):
        before = saga.steps[index - 1] if index else None
        begins = succeeded(saga, before.service, before.action) if before else started(saga)
        yield Reaction(step.service, step.action, False, begins)
        after = saga.steps[index + 1] if index + 1 < len(saga.steps) else None
        if step.compensation is None or after is None:
            continue
        yield Reaction(step.service, step.compensation, True, failed(saga, after))
        if after.compensation:
            undone = succeeded(saga, after.service, after.compensation)
            yield Reaction(step.service, step.compensation, True, undone)


def choreographed(system: System) -> Mapping[str, Saga]:
    """The sagas that events carry, by name."""
    return {name: saga for name, saga in system.sagas.items() if saga.style == "choreography"}


def consumers(system: System, service: str) -> Iterator[Consumer]:
    """What a service reads: the events that it reacts to, and all of the sagas that it owns."""
    for saga in choreographed(system).values():
        for reaction in reactions(saga):
            if reaction.service == service:
                name = f"{service}_{reaction.event.type.replace('.', '_')}"
                yield Consumer(EVENTS, name, reaction.event.subject)
        if saga.owner == service:
            yield Consumer(EVENTS, f"{service}_{saga.name}", f"events.*.{saga.name}.>")
            yield Consumer(DEAD, f"{service}_{saga.name}", f"dead.*.{saga.name}.>")
