"""A world in memory: sagas that run at once, and faults that are written down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mscli.drill.plan import DATABASE, SERVICE, Fault, Targets
from mscli.drill.world import Busy, Row, SagaState, StepFact
from mscli.errors import MscliError
from mscli.model.invariants import Query
from mscli.model.system import Saga, Step

SAGA = Saga(
    "buy", "orders", (Step("stock", "reserve", "release"), Step("till", "charge", "refund"))
)
TARGETS: Targets = {"stock-1": SERVICE, "till-1": SERVICE, "postgres/till": DATABASE}


@dataclass
class FakeWorld:
    """Behaves as a sound system does; a test makes it worse."""

    targets: Targets = field(default_factory=lambda: dict(TARGETS))
    known: dict[str, SagaState] = field(default_factory=dict)
    facts: list[StepFact] = field(default_factory=list)
    waiting: dict[str, int] = field(default_factory=dict)
    rows: dict[str, Sequence[Row]] = field(default_factory=dict)
    broken: list[Fault] = field(default_factory=list)
    history: list[str] = field(default_factory=list)
    late: set[str] = field(default_factory=set)
    busy: int = 0
    error: BaseException | None = None
    documents: dict[str, Mapping[str, object]] = field(default_factory=dict)

    def start(self, key: str, document: Mapping[str, object]) -> str:
        if self.busy:
            self.busy -= 1
            raise Busy("not now")
        saga_id = f"buy-{key}"
        self.documents[saga_id] = document
        state = "compensated" if document.get("refuse") else "completed"
        self.known[saga_id] = SagaState(saga_id, state)
        outcome = "done" if state == "completed" else "compensated"
        for step in SAGA.steps:
            undone = int(outcome == "compensated")
            fact = StepFact(step.service, saga_id, step.action, outcome, 1, undone)
            self.facts.append(fact)
        return saga_id

    def sagas(self) -> Mapping[str, SagaState]:
        return dict(self.known)

    def steps(self) -> Sequence[StepFact]:
        return list(self.facts)

    def outbox(self) -> Mapping[str, int]:
        return self.waiting

    def ask(self, query: Query) -> Sequence[Row]:
        if query.sql not in self.rows:
            raise MscliError(f"PostgreSQL refuses it: {query.sql}")
        return self.rows[query.sql]

    def inject(self, fault: Fault) -> None:
        self.broken.append(fault)
        self.history.append(f"{fault.kind} {fault.target}")
        if self.error is not None:
            raise self.error

    def heal(self, fault: Fault) -> None:
        self.broken = [other for other in self.broken if other != fault]
        self.history.append(f"heal {fault.target}")

    def until_ready(self, targets: Sequence[str]) -> Sequence[str]:
        return [target for target in targets if target in self.late]
