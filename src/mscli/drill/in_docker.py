"""A system that runs in Docker, as a drill sees it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mscli.assemble.services import worker
from mscli.drill.plan import CONTAINER, DATABASE, Fault, Kind, Targets
from mscli.drill.stores import (
    PATIENCE,
    Stores,
    is_of_a_database,
    participants,
    states,
    target_of,
)
from mscli.drill.world import Busy, Row, SagaState, StepFact, id_of_started
from mscli.engines import nats, postgres, temporal
from mscli.model.invariants import Query
from mscli.model.system import Saga
from mscli.runtimes.docker import requests
from mscli.runtimes.docker.containers import container_of
from mscli.runtimes.docker.faults import ContainerFaults
from mscli.runtimes.docker.leaders import databases_of, leaders_of
from mscli.runtimes.processes import every_saga
from mscli.runtimes.processes.faults import until_true
from mscli.runtimes.processes.place import Place
from mscli.runtimes.runtime import Replica

EVERY = 0.3
"""Seconds between two questions whether something is ready."""


@dataclass(slots=True)
class DockerWorld:
    """One running copy. `admit` before anything is asked of the databases."""

    place: Place
    replicas: Sequence[Replica]
    saga: Saga
    _faults: ContainerFaults = field(init=False)
    _stores: Stores = field(init=False)

    def __post_init__(self) -> None:
        self._faults = ContainerFaults(self.place)
        self._stores = Stores(databases_of(self.place.system_id))

    def admit(self, services: Sequence[str]) -> None:
        """Let the judge into the databases of the participants and of these services."""
        self._stores.databases.admit_reader(sorted({*self._members, *services}))

    @property
    def targets(self) -> Targets:
        """Participants, owner, its worker, the engines, and the participants' databases."""
        services = dict.fromkeys((*participants(self.saga), self.saga.owner))
        servers = [postgres.own_server_of(name) for name in services]
        hit = (*services, worker(self.saga.owner), temporal.SERVER, nats.SERVER, *servers)
        found = {name: CONTAINER for workload in hit for name in self._names(workload)}
        having = [name for name in participants(self.saga) if name in self._members]
        return {**found, **{target_of(name): DATABASE for name in having}}

    def start(self, key: str, document: Mapping[str, object]) -> str:
        """Ask a replica of the owner inside its container, the next one where one cannot."""
        path, body = f"/sagas/{self.saga.name}", json.dumps(document).encode()
        reason = "it has no replicas"
        for name in self._names(self.saga.owner):
            container = container_of(self.place.system_id, name)
            try:
                answer = requests.ask(container, "POST", path, body, f"Idempotency-Key: {key}")
            except OSError as error:
                reason = str(error)
            else:
                return id_of_started(self.saga, *answer)
        raise Busy(f"{self.saga.owner} did not answer: {reason}")

    def sagas(self) -> Mapping[str, SagaState]:
        """Every saga that Temporal or its owner knows of, asked again while they do not answer."""
        leaders = leaders_of(self.place, self.replicas)
        if leaders.temporal is not None:
            leaders.temporal()  # raises at once where none will ever answer
        return states(lambda: every_saga.newest(leaders, limit=10**9))

    def steps(self) -> Sequence[StepFact]:
        """The rows of `saga_steps` of this saga, from every participant."""
        return self._stores.steps(self.saga)

    def outbox(self) -> Mapping[str, int]:
        """What is left in the outboxes of owner and participants."""
        return self._stores.outbox(self._members)

    def ask(self, query: Query) -> Sequence[Row]:
        """The rows of a query, by the reader."""
        return self._stores.ask(query)

    def inject(self, fault: Fault) -> None:
        """Break it."""
        if is_of_a_database(fault):
            self._stores.inject(fault)
            return
        ways = {
            Kind.KILL: self._faults.kill,
            Kind.PAUSE: self._faults.pause,
            Kind.SLOW: self._faults.slow,
            Kind.DOWN: self._faults.stop,
            Kind.DISCONNECT: self._faults.disconnect,
        }
        ways[fault.kind](fault.target)

    def heal(self, fault: Fault) -> None:
        """Mend it."""
        if is_of_a_database(fault):
            self._stores.heal(fault)
            return
        ways = {
            Kind.KILL: self._faults.start,
            Kind.PAUSE: self._faults.resume,
            Kind.SLOW: self._faults.hasten,
            Kind.DOWN: self._faults.start,
            Kind.DISCONNECT: self._faults.connect,
        }
        ways[fault.kind](fault.target)

    def until_ready(self, targets: Sequence[str]) -> Sequence[str]:
        """Wait until the containers of these targets are healthy; those that are not in time."""
        names = dict.fromkeys(map(_container_of_target, targets))
        late = list(names)

        def all_ready() -> bool:
            ready = self._faults.ready()
            late[:] = [name for name in names if not ready.get(name)]
            return not late

        until_true(all_ready, PATIENCE, EVERY)
        return late

    @property
    def _members(self) -> list[str]:
        """The owner and the participants, if they have a database."""
        return [n for n in self.saga.members if self._names(postgres.own_server_of(n))]

    def _names(self, workload: str) -> list[str]:
        return [each.name for each in self.replicas if each.workload == workload]


def _container_of_target(target: str) -> str:
    """The container in which a target is: a database is in that of its service's own server."""
    service = target.removeprefix(target_of(""))
    return target if service == target else f"{postgres.own_server_of(service)}-1"
