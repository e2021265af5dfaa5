"""What a drill needs of a running system, whoever runs it and whoever leads its sagas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from mscli.drill.plan import Fault, Targets
from mscli.model.system import Query

Row = tuple[object, ...]

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


class Busy(Exception):
    """A saga cannot be started at this moment: whoever starts it is being broken."""
