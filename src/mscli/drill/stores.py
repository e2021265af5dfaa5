"""The databases of a system in a drill: what participants keep there, and what breaks there."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mscli.drill.plan import Fault, Kind
from mscli.drill.world import Row, SagaState, StepFact
from mscli.engines import postgres
from mscli.errors import MscliError, NotReady
from mscli.model.invariants import Query
from mscli.model.system import Saga
from mscli.runtimes.processes.database_faults import DatabaseFaults
from mscli.runtimes.processes.faults import until_true
from mscli.runtimes.processes.psql import Databases
from mscli.runtimes.processes.sagas import SagaRow

PATIENCE = 60.0
"""Seconds for whatever was broken to be ready, and for an engine to answer, again."""
STEPS, OUTBOX = "saga_steps", "outbox"
"""The participants' tables, as the templates make them."""


def target_of(service: str) -> str:
    """A service's database, as a fault names it."""
    return f"{postgres.SERVER}/{service}"


def participants(saga: Saga) -> list[str]:
    """The services that have a step in a saga, each once."""
    return list(dict.fromkeys(step.service for step in saga.steps))


def states(newest: Callable[[], Sequence[SagaRow]]) -> Mapping[str, SagaState]:
    """Every saga by its id, asked again while nobody answers. Raises NotReady."""
    found: dict[str, SagaState] = {}

    def asked() -> bool:
        try:
            rows = newest()
        except MscliError:
            return False
        found.update({row.saga_id: SagaState(row.saga_id, row.state) for row in rows})
        return True

    if not until_true(asked, PATIENCE):
        raise NotReady("where sagas stand cannot be read any more", "mscli ps")
    return found


@dataclass(slots=True)
class Stores:
    """The databases of one running copy, wherever their servers run."""

    databases: Databases
    _locking: subprocess.Popen[bytes] | None = None

    def steps(self, saga: Saga) -> list[StepFact]:
        """The rows of `saga_steps` of a saga, from every participant."""
        return [fact for name in participants(saga) for fact in self._steps_of(name, saga)]

    def _steps_of(self, service: str, saga: Saga) -> Iterator[StepFact]:
        if not self.databases.has_table(service, STEPS):
            return
        counts = (f"to_jsonb(s) ->> '{column}'" for column in ("acted", "undone"))  # older: none
        query = (
            f"SELECT saga_id, step, outcome, {', '.join(counts)} FROM {STEPS} s "  # noqa: S608
            f"WHERE saga_id LIKE '{saga.name}-%'"
        )
        for saga_id, step, outcome, acted, undone in self.databases.read(service, query):
            yield StepFact(
                service, str(saga_id), str(step), str(outcome), int(acted or 0), int(undone or 0)
            )

    def outbox(self, services: Sequence[str]) -> dict[str, int]:
        """What is left in the outboxes of those services that have one."""
        having = [name for name in services if self.databases.has_table(name, OUTBOX)]
        count = f"SELECT count(*) FROM {OUTBOX}"  # noqa: S608 - no input
        return {name: int(self.databases.read(name, count)[0][0] or 0) for name in having}

    def ask(self, query: Query) -> Sequence[Row]:
        """The rows of a query, by the reader."""
        return self.databases.read(query.service, query.sql)

    def inject(self, fault: Fault) -> None:
        """Break a database."""
        service = _service_of(fault)
        match fault.kind:
            case Kind.CUT:
                self._faults.cut(service)
            case Kind.LOCK:
                self._locking = self._faults.lock(service, STEPS, fault.hold)
            case _:
                self._faults.shut(service)

    def heal(self, fault: Fault) -> None:
        """Mend it."""
        match fault.kind:
            case Kind.CUT:
                pass
            case Kind.LOCK:
                if self._locking is not None:
                    self._locking.kill()
                    self._locking.wait()
            case _:
                self._faults.reopen(_service_of(fault))

    @property
    def _faults(self) -> DatabaseFaults:
        return DatabaseFaults(self.databases)


def is_of_a_database(fault: Fault) -> bool:
    """Whether a fault hits a database, and no process or container."""
    return _service_of(fault) != fault.target


def _service_of(fault: Fault) -> str:
    return fault.target.removeprefix(target_of(""))
