"""The demonstration: the example shop on real engines, two sagas, and a service held down.

It is what the README's first command runs. Everything happens in a scratch folder and on free
ports, and nothing of it is left at the end.
"""

from __future__ import annotations

import json
import shutil
import statistics
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import mscli
from mscli import systemfile
from mscli.errors import MscliError, NotReady
from mscli.model.process import Plan
from mscli.model.system import System
from mscli.runtimes.processes import every_saga, operate, sagas
from mscli.runtimes.processes.bring_up import Failure, Report, error_of
from mscli.runtimes.processes.down import take_down
from mscli.runtimes.processes.place import Place, isolated_place
from mscli.runtimes.processes.temporal import Temporal, temporal_of
from mscli.runtimes.processes.up import Wish, bring_up

HELD_DOWN, CALLER = "payments", "orders"
SAGA, NOWHERE = "place-order", "AQ"
NO_BANK, BANK = "AQ021911", "DE021911"
ORDERS, FAILURES, PATIENCE = 20, 20, 30.0
CREATED = 201

T = TypeVar("T")
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the gateway: status, seconds that it took, body, seconds in Retry-After."""

    status: int
    seconds: float
    body: str
    retry_after: str = ""


@dataclass(slots=True)
class Demo:
    """One run of the demonstration. `parts` are its parts' names and seconds, in order."""

    say: Say
    progress: Callable[[str], AbstractContextManager[Report]]
    show: Callable[[Failure], None]
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="mscli-demo-")))
    parts: dict[str, float] = field(default_factory=dict)

    def run(self) -> dict[str, float]:
        """Run all of it; what each part took. Whatever happens, the system is down afterwards."""
        place: Place | None = None
        try:
            system = self._part("make the shop", self._make)
            place = isolated_place(self.folder, system.name)
            plan = self._part("up", lambda: self._up(system, place))
            self._part("place orders", lambda: self._place_orders(plan))
            self._part("sagas", lambda: self._see_sagas(plan))
            self._part("events", lambda: self._see_events(place, plan))
            self._part(f"hold {HELD_DOWN} down", lambda: self._hold_down(place, plan))
            self._part("recover", lambda: self._recover(place, plan))
        finally:
            if place is not None:
                self._part("down", lambda: self._down(place))
            shutil.rmtree(self.folder, ignore_errors=True)
        return self.parts

    def _part(self, name: str, work: Callable[[], T]) -> T:
        began = time.monotonic()
        try:
            return work()
        finally:
            self.parts[name] = time.monotonic() - began

    def _make(self) -> System:
        shutil.copytree(example("shop"), self.folder, dirs_exist_ok=True, ignore=_not_local)
        system = systemfile.read(self.folder / systemfile.FILE_NAME).system
        services = ", ".join(system.services)
        self.say(f"made the system {system.name} in {self.folder}: {services}, and a gateway")
        return system

    def _up(self, system: System, place: Place) -> Plan:
        with self.progress("up") as report:
            result = bring_up(system, place, Wish(isolated=True), report)
        self._raise(list(result.failures))
        self.say(f"up in {result.seconds:.1f} s: " + ", ".join(result.plan.workloads))
        return result.plan

    def _place_orders(self, plan: Plan) -> None:
        answers = [_order(plan) for _ in range(ORDERS)]
        refused = [answer for answer in answers if answer.status != CREATED]
        if refused:
            raise MscliError(f"an order was answered {refused[0].status}: {refused[0].body}")
        median = statistics.median(answer.seconds for answer in answers) * 1000
        self.say(f"placed {len(answers)} orders through the gateway, {median:.0f} ms each (median)")
        self.say(f"    {answers[-1].body}")

    def _see_sagas(self, plan: Plan) -> None:
        """The orders are shipped; then one that is undone, for nobody delivers there."""
        temporal = temporal_of(plan)
        rows = self._until_ended(temporal, ORDERS)
        median = statistics.median(row.seconds or 0.0 for row in rows)
        done = sum(row.state == "completed" for row in rows)
        self.say(f"{done} sagas {SAGA} completed, {median:.2f} s each (median)")
        _order(plan, country=NOWHERE)
        newest = self._until_ended(temporal, ORDERS + 1)[0]
        row, steps = sagas.saga(temporal, newest.saga_id)
        self.say(f"an order to Antarctica is {row.state}: {row.reason}")
        for step in steps:
            kind = "undone by" if step.compensation else "step"
            self.say(f"    {kind:<9} {step.step:<18} {step.state:<8} {step.seconds or 0:.2f} s")

    def _see_events(self, place: Place, plan: Plan) -> None:
        """An order is returned: first to no bank, which is undone, then to one."""
        answer = _order(plan)
        self._until_ended(temporal_of(plan), ORDERS + 2)
        order = str(json.loads(answer.body)["id"])
        leaders = every_saga.leaders_of(place, plan)
        for account in (NO_BANK, BANK):
            saga_id = _give_back(plan, order, account)
            row, steps = self._until_carried(leaders, saga_id)
            reason = f": {row.reason}" if row.reason else ""
            self.say(f"a return to {account} is {row.state}, by events{reason}")
            for step in steps:
                kind = "undone by" if step.compensation else "step"
                self.say(f"    {kind:<9} {step.step:<18} {step.state:<8} {step.seconds or 0:.2f} s")

    def _until_carried(
        self, leaders: every_saga.Leaders, saga_id: str
    ) -> tuple[sagas.SagaRow, list[sagas.StepRow]]:
        deadline = time.monotonic() + PATIENCE
        while not (found := every_saga.one(leaders, saga_id))[0].ended:
            if time.monotonic() > deadline:
                raise NotReady(f"the saga {saga_id} did not end", "mscli events dead")
            time.sleep(0.1)
        return found

    def _until_ended(self, temporal: Temporal, count: int) -> list[sagas.SagaRow]:
        """So many sagas, newest first; Temporal lists a new one a moment after it began."""
        deadline = time.monotonic() + PATIENCE
        while True:
            rows = sagas.sagas(temporal)
            if len(rows) >= count and all(row.ended for row in rows):
                return rows
            if time.monotonic() > deadline:
                raise NotReady("a saga did not end", "mscli logs orders-worker")
            time.sleep(0.1)

    def _hold_down(self, place: Place, plan: Plan) -> None:
        with self.progress("stopping") as report:
            operate.stop(place, plan.replicas(HELD_DOWN), report)
        deadline = time.monotonic() + PATIENCE
        while breaker(plan) != "open":
            answer = _order(plan)
            self.say(f"    {answer.status} in {answer.seconds * 1000:.0f} ms, {_state(plan)}")
            if time.monotonic() > deadline:
                raise NotReady(f"the breaker of {HELD_DOWN} did not open", "mscli logs orders")
        answers = [_order(plan) for _ in range(FAILURES)]
        median = statistics.median(answer.seconds for answer in answers) * 1000
        worst = max(answer.seconds for answer in answers) * 1000
        last = answers[-1]
        self.say(
            f"{HELD_DOWN} is down and its breaker open: {len(answers)} orders refused at once, "
            f"{median:.1f} ms each (median; worst {worst:.1f} ms)"
        )
        self.say(f"    {last.status}, Retry-After: {last.retry_after}, {last.body}")

    def _recover(self, place: Place, plan: Plan) -> None:
        with self.progress("starting") as report:
            failures = operate.start(place, plan, plan.replicas(HELD_DOWN), report)
        self._raise(failures)
        began = time.monotonic()
        while (answer := _order(plan)).status != CREATED:
            if time.monotonic() - began > PATIENCE:
                raise NotReady(f"{CALLER} did not recover: {answer.body}", "mscli logs orders")
            time.sleep(0.05)
        seconds = time.monotonic() - began
        self.say(f"{HELD_DOWN} is back: the first order succeeds {seconds:.1f} s after it is ready")
        self.say(f"    {answer.body}, {_state(plan)}")

    def _down(self, place: Place) -> None:
        with self.progress("down") as report:
            removal = take_down(place, report, volumes=True, patience=None)
        self.say(
            f"down in {removal.seconds:.1f} s: {len(removal.processes)} processes stopped; "
            "no process, port or socket is left, and the data is removed"
        )

    def _raise(self, failures: list[Failure]) -> None:
        for failure in failures:  # now, for the logs go with the scratch folder
            self.show(failure)
        if failures:
            raise error_of(failures)


def example(name: str) -> Path:
    """The folder of an example system: inside the package, or at the root of a checkout."""
    package = Path(mscli.__file__).parent
    for folder in (package / "examples" / name, package.parent.parent / "examples" / name):
        if folder.is_dir():
            return folder
    raise MscliError(f"the example {name} is missing", "install mscli again")


def breaker(plan: Plan) -> str:
    """The state of the caller's breaker for the service that is held down."""
    with urllib.request.urlopen(f"{_url(plan, CALLER)}/wiring", timeout=5) as answer:
        wiring = json.load(answer)
    return next(str(b["state"]) for b in wiring["breakers"] if b["name"] == HELD_DOWN)


def _state(plan: Plan) -> str:
    return f"breaker {breaker(plan)}"


def _url(plan: Plan, workload: str) -> str:
    return f"http://127.0.0.1:{plan.replicas(workload)[0].ports['http']}"


def _order(plan: Plan, country: str = "DE") -> Answer:
    """Place one order through the gateway."""
    request = urllib.request.Request(
        plan.urls[f"/{CALLER}"],
        data=json.dumps({"sku": "teapot", "quantity": 1, "country": country}).encode(),
        headers={"Content-Type": "application/json"},
    )
    began = time.monotonic()
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            body = answer.read().decode()
            return Answer(answer.status, time.monotonic() - began, body)
    except urllib.error.HTTPError as error:
        body = error.read().decode()
        seconds = time.monotonic() - began
        return Answer(error.code, seconds, body, error.headers.get("Retry-After", ""))


def _give_back(plan: Plan, order: str, account: str) -> str:
    """Return an order through the gateway; the id of the saga."""
    request = urllib.request.Request(
        f"{plan.urls[f'/{CALLER}']}/sagas/return-goods",
        data=json.dumps({"order": order, "account": account}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return str(json.load(answer)["saga_id"])


def _not_local(_: str, names: list[str]) -> set[str]:
    """What a copy of an example must not take along from a checkout in which it has run."""
    return {"local", ".venv", "uv.lock", "__pycache__"} & set(names)
