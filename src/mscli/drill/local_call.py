"""One call between two services that run as processes on this machine."""

from __future__ import annotations

import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

from mscli.assemble.services import worker
from mscli.drill.breaker import PATIENCE, Change, Seen
from mscli.drill.journal import Journal
from mscli.drill.local import LocalWorld
from mscli.drill.plan import Fault, Kind, Start
from mscli.drill.world import Busy
from mscli.errors import MscliError, NotReady, UsageError
from mscli.model.process import Plan, Process
from mscli.model.system import Saga, System

PEERS = ("GET", "/peers")
"""What a scaffolded service answers by calling every service that it calls."""
REQUEST = "'GET /path' or 'POST /path {\"a\": 1}'"
NOT_FOUND = 404


@dataclass(slots=True)
class LocalCall:
    """A call of `called` by `watched`, one replica or worker of the caller.

    It is made by starting a saga, or by a request to the caller: method, path and JSON, if any.
    """

    world: LocalWorld
    journal: Journal
    watched: Process
    called: Sequence[Process]
    request: tuple[str, ...] = PEERS
    starts: Start | None = None

    def look(self) -> Seen:
        """What `GET /wiring` says."""
        try:
            _, body = _ask(self.watched, "GET", "/wiring")
            breakers = {entry["name"]: entry for entry in json.loads(body)["breakers"]}
            told = breakers[self.called[0].workload]
            return Seen(
                state=told["state"],
                changes=tuple(Change(one["to"], one["at"]) for one in told["changes"]),
                failure_threshold=told["policy"]["breaker_failure_threshold"],
                reset_timeout=told["policy"]["breaker_reset_timeout"],
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            name = self.watched.name
            raise MscliError(
                f"{name} does not tell of its breakers: {error!r}",
                f"mscli logs {name}, mscli update",
            ) from error

    def ask(self) -> None:
        """Have it called, whatever comes of it."""
        if self.starts is not None:
            identity = f"drill-{secrets.token_hex(8)}"
            with suppress(Busy):
                self.world.start(identity, self.starts.input(identity))
        else:
            with suppress(OSError, ValueError):
                _ask(self.watched, *self.request)

    @contextmanager
    def held_down(self) -> Iterator[None]:
        """All replicas of the called service are stopped inside, and ready afterwards."""
        with ExitStack() as stack:
            for number, process in enumerate(self.called):
                fault = Fault(number, Kind.DOWN, process.name, 0, 0)
                stack.enter_context(self.journal.holding(self.world, fault))
            yield
        late = self.world.until_ready([process.name for process in self.called])
        if late:
            raise NotReady(f"not ready: {', '.join(late)}", f"mscli logs {late[0]}")


def local_call(
    world: LocalWorld, journal: Journal, system: System, parties: tuple[str, str], request: str
) -> LocalCall:
    """How `parties` call each other. Raises UsageError where nobody knows what makes them."""
    caller, called = parties
    service = system.services.get(caller)
    if service is None or called not in service.calls:
        callees = ", ".join(service.calls) if service else ""
        hint = f"{caller} calls {callees}" if callees else "calls are in mscli.yaml"
        raise UsageError(f"'{caller}' does not call '{called}'", hint)
    replicas = _running(world.plan, called)
    if request:
        method, _, rest = request.partition(" ")
        path, _, body = rest.partition(" ")
        if not path.startswith("/"):
            raise UsageError(f"'{request}' is no request", f"write {REQUEST}")
        parts = (method, path, body) if body else (method, path)
        return LocalCall(world, journal, _running(world.plan, caller)[0], replicas, parts)
    for saga in system.sagas_owned_by(caller):
        if saga.steps_of(called):
            world.saga = saga
            watched = _running(world.plan, worker(caller))[0]
            return LocalCall(world, journal, watched, replicas, starts=_first(saga))
    watched = _running(world.plan, caller)[0]
    if _status(watched, *PEERS) == NOT_FOUND:
        raise UsageError(
            f"nobody knows what makes {caller} call {called}",
            f"give a request that does: --request {REQUEST}",
        )
    return LocalCall(world, journal, watched, replicas)


def _first(saga: Saga) -> Start:
    return Start(0, saga.inputs[0] if saga.inputs else "{}")


def _running(plan: Plan, workload: str) -> Sequence[Process]:
    replicas = plan.replicas(workload)
    if not replicas:
        raise MscliError(f"{workload} does not run", "mscli ps")
    return replicas


def _ask(process: Process, method: str, path: str, body: str = "") -> tuple[int, bytes]:
    """Status and body of a replica's answer."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{process.ports['http']}{path}",
        body.encode() if body else None,
        {"Content-Type": "application/json"},
        method=method,
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def _status(process: Process, method: str, path: str) -> int:
    try:
        return _ask(process, method, path)[0]
    except OSError as error:
        raise MscliError(f"{process.name} does not answer: {error}", "mscli ps") from error
