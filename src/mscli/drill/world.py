"""What a drill needs of a running system, whoever runs it and whoever leads its sagas."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from mscli.drill.plan import Fault, Targets
from mscli.errors import MscliError
from mscli.model.invariants import Query
from mscli.model.system import Saga
from mscli.runtimes.processes.place import Place

Row = tuple[object, ...]

ACCEPTED, NOT_NOW = 202, 500
"""What the owner of a saga answers: it has begun; and this status and above, that it cannot now."""

ENDED = frozenset({"completed", "compensated"})
VISIBLE = frozenset({"stuck", "failed"})
"""States that need a person, and that a person sees: mscli saga ls --failed."""


@dataclass(frozen=True, slots=True)
class SagaState:
    """Where one saga stands: running, compensating, stuck, completed, compensated or failed."""

    saga_id: str
    state: str


@dataclass(frozen=True, slots=True)
class StepFact:
    """What a participant has kept of one step: its outcome, how often it acted and was undone."""

    service: str
    saga_id: str
    step: str
    outcome: str
    acted: int
    undone: int


class Breakable(Protocol):
    """What can be broken, and mended."""

    def inject(self, fault: Fault) -> None:
        """Break it."""

    def heal(self, fault: Fault) -> None:
        """Mend it; harmless where nothing is broken."""


class World(Breakable, Protocol):
    """A running system."""

    @property
    def targets(self) -> Targets:
        """What may be hit, and with what."""

    def start(self, key: str, document: Mapping[str, object]) -> str:
        """Start a saga, once for each key; its id. Raises Busy when it cannot be started now."""

    def sagas(self) -> Mapping[str, SagaState]:
        """Every saga that whoever leads them knows of, by id. Raises MscliError."""

    def steps(self) -> Sequence[StepFact]:
        """What the participants have kept."""

    def outbox(self) -> Mapping[str, int]:
        """Events that are not sent yet, by service; only services that have an outbox."""

    def ask(self, query: Query) -> Sequence[Row]:
        """The rows of a query, by a role that may only read. Raises MscliError."""

    def until_ready(self, targets: Sequence[str]) -> Sequence[str]:
        """Wait until these are ready; those that are not in time."""


class Running(World, Protocol):
    """A copy that is up: a world that lets the judge in, and knows where its state is kept."""

    place: Place
    saga: Saga

    def admit(self, services: Sequence[str]) -> None:
        """Let the judge into the databases of the participants and of these services."""


class Busy(Exception):
    """A saga cannot be started at this moment: whoever starts it is being broken."""


def id_of_started(saga: Saga, status: int, body: bytes) -> str:
    """The saga's id, out of what its owner answered. Raises Busy, and MscliError for a refusal."""
    if status >= NOT_NOW:
        raise Busy(f"{saga.owner} answered {status}")
    if status != ACCEPTED:
        raise MscliError(
            f"{saga.owner} answered {status} when {saga.name} was to be started",
            f"a drill starts sagas by POST /sagas/{saga.name} of their owner",
        )
    try:
        return str(json.loads(body)["saga_id"])
    except (ValueError, KeyError) as error:
        raise Busy(f"{saga.owner} answered half a sentence: {error}") from error
