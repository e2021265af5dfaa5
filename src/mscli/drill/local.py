"""A system that runs as processes on this machine, as a drill sees it."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mscli.assemble.services import worker
from mscli.drill.plan import DATABASE, PROCESS, SERVICE, Fault, Kind, Targets
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
from mscli.errors import MscliError
from mscli.model.invariants import Query
from mscli.model.process import Plan, Process
from mscli.model.system import Saga, System
from mscli.runtimes.processes import every_saga
from mscli.runtimes.processes.faults import Faults, until_true
from mscli.runtimes.processes.place import Place
from mscli.runtimes.processes.psql import databases_of

START_PATIENCE = 5.0


@dataclass(slots=True)
class LocalWorld:
    """One running copy. `admit` before anything is asked of the databases."""

    place: Place
    plan: Plan
    saga: Saga
    _faults: Faults = field(init=False)
    _stores: Stores = field(init=False)
    _slowed: tuple[threading.Thread, threading.Event] | None = None

    def __post_init__(self) -> None:
        self._faults = Faults(self.place, self.plan)
        self._stores = Stores(databases_of(self.place, self.plan))

    def admit(self, services: Sequence[str]) -> None:
        """Let the judge into the databases of the participants and of these services."""
        self._stores.databases.admit_reader(sorted({*self._members, *services}))

    def elsewhere(self, system: System) -> list[str]:
        """Engines of the system that do not run here."""
        wanted = {temporal.SERVER} if system.sagas_by("orchestration") else set()
        wanted |= {nats.SERVER} if system.sagas_by("choreography") else set()
        wanted |= {postgres.SERVER} if any(s.database for s in system.services.values()) else set()
        return sorted(name for name in wanted if not self.plan.replicas(name))

    @property
    def _members(self) -> list[str]:
        """The owner and the participants, if they have a database."""
        members = [(name, self.plan.replicas(name)) for name in self.saga.members]
        return [name for name, found in members if "DATABASE_URL_FILE" in found[0].environment]

    @property
    def targets(self) -> Targets:
        """Participants, owner, its worker, the engines, and the participants' databases."""
        found: dict[str, Sequence[Kind]] = {}
        for service in dict.fromkeys((*participants(self.saga), self.saga.owner)):
            found |= {process.name: SERVICE for process in self.plan.replicas(service)}
        for name in (worker(self.saga.owner), temporal.SERVER, nats.SERVER, postgres.SERVER):
            found |= {process.name: PROCESS for process in self.plan.replicas(name)}
        return found | {target_of(name): DATABASE for name in participants(self.saga)}

    def start(self, key: str, document: Mapping[str, object]) -> str:
        """Ask the owner, through the router, as any caller of it does."""
        url = f"{self._owner().reached}/sagas/{self.saga.name}"
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        request = urllib.request.Request(url, json.dumps(document).encode(), headers)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=START_PATIENCE) as answer:  # noqa: S310
                status, body = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, body = error.code, b""
        except (OSError, ValueError) as error:
            raise Busy(f"{self.saga.owner} did not answer: {error}") from error
        return id_of_started(self.saga, status, body)

    def sagas(self) -> Mapping[str, SagaState]:
        """Every saga that Temporal or its owner knows of, asked again while they do not answer."""
        leaders = every_saga.leaders_of(self.place, self.plan)
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
        else:
            self._break(fault.kind, self._process(fault.target))

    def _break(self, kind: Kind, process: Process) -> None:
        match kind:
            case Kind.REFUSE:
                self._remember(self._faults.refuse([process]))
            case Kind.KILL:
                self._faults.kill(process)
            case Kind.PAUSE:
                self._faults.pause(process)
            case Kind.DOWN:
                self._faults.stop(process)
            case Kind.SLOW:
                ended = threading.Event()
                thread = threading.Thread(target=self._faults.slow, args=(process, ended))
                thread.start()
                self._slowed = (thread, ended)

    def heal(self, fault: Fault) -> None:
        """Mend it."""
        if is_of_a_database(fault):
            self._stores.heal(fault)
        elif fault.kind is Kind.REFUSE:
            self._recall()
        else:
            self._mend(fault.kind, self._process(fault.target))

    def _mend(self, kind: Kind, process: Process) -> None:
        match kind:
            case Kind.KILL:
                self._faults.comes_back(process)
            case Kind.DOWN:
                self._faults.start(process)
            case _:
                if self._slowed is not None:
                    thread, ended = self._slowed
                    ended.set()
                    thread.join()
                    self._slowed = None
                self._faults.resume(process)

    def until_ready(self, targets: Sequence[str]) -> Sequence[str]:
        """Wait until the processes of these targets are ready; those that are not in time."""
        names = dict.fromkeys(target.partition("/")[0] for target in targets)

        def is_ready(name: str) -> bool:
            return self._faults.is_ready(self._process(name))

        return [n for n in names if not until_true(lambda n=n: is_ready(n), PATIENCE)]  # type: ignore[misc]

    def _owner(self) -> Process:
        replicas = self.plan.replicas(self.saga.owner)
        if not replicas:
            raise MscliError(f"{self.saga.owner} has no replicas", "mscli scale, or mscli up")
        return replicas[0]

    def _process(self, name: str) -> Process:
        return next(process for process in self.plan.processes if process.name == name)

    def _remember(self, before: Mapping[str, str]) -> None:
        self.place.file("drill").mkdir(parents=True, exist_ok=True)
        self.place.file("drill", "router.json").write_text(json.dumps(before))

    def _recall(self) -> None:
        kept = self.place.file("drill", "router.json")
        if kept.is_file():
            self._faults.accept(json.loads(kept.read_text()))
            kept.unlink()
