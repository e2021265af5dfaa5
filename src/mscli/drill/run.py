"""Carrying a drill out: sagas are started, faults come and go, and then it is waited for quiet."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from mscli.drill.journal import Journal
from mscli.drill.judge import Verdict, hold, judge, started
from mscli.drill.plan import Drill, Fault, Start
from mscli.drill.world import ENDED, VISIBLE, Busy, SagaState, World
from mscli.errors import MscliError, NotReady
from mscli.model.invariants import Invariant
from mscli.model.system import Saga

STARTERS = 8
"""Sagas that are asked for at the same time."""
START_PATIENCE = 180.0
"""Seconds until who starts a saga gives up."""
AGAIN = 0.2
LOOK_EVERY = 0.5

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a drill has shown. `counts` are sagas by state; `injected` are faults that took place.

    `refused` are sagas that nobody would start, `quiet` the seconds from the last fault to quiet.
    """

    injected: tuple[Fault, ...]
    counts: dict[str, int]
    verdicts: tuple[Verdict, ...]
    refused: int
    seconds: float
    quiet: float

    @property
    def holds(self) -> bool:
        """Whether nothing was violated."""
        return all(verdict.holds for verdict in self.verdicts)


@dataclass(slots=True)
class Starters:
    """Starts sagas as they are let go, each again until it is accepted."""

    world: World
    run: str
    starts: Sequence[Start]
    accepted: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    error: MscliError | None = None
    ended: threading.Event = field(default_factory=threading.Event)
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(STARTERS))
    _let_go: int = 0

    def let_go(self, count: int) -> None:
        """Let the first `count` sagas be started."""
        for start in self.starts[self._let_go : count]:
            self._threads.submit(self._start, start)
        self._let_go = max(self._let_go, count)
        if self.error is not None:
            raise self.error

    def wait(self) -> None:
        """Wait until all that were let go are started, or given up."""
        self._threads.shutdown(wait=True)
        if self.error is not None:
            raise self.error

    def stop(self) -> None:
        """Start no more."""
        self.ended.set()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _start(self, start: Start) -> None:
        identity = f"drill-{self.run}-{start.number}"
        deadline = time.monotonic() + START_PATIENCE
        reason = ""
        while time.monotonic() < deadline and not self.ended.is_set():
            try:
                saga_id = self.world.start(identity, start.input(identity))
            except Busy as busy:
                reason = str(busy)
                self.ended.wait(AGAIN)
            except MscliError as error:
                self.error = error
                return
            else:
                self.accepted.add(saga_id)
                return
        self.refused.append(reason)


@dataclass(frozen=True, slots=True)
class Runner:
    """One drill on one world. `patience` is how long to wait for quiet, in seconds."""

    world: World
    saga: Saga
    invariants: Sequence[Invariant]
    journal: Journal
    say: Say
    patience: float = 300.0
    rest: Callable[[float], None] = time.sleep

    def must_be_sound(self) -> None:
        """Raise where something is not ready or violated before anything is broken.

        What sagas that are under way have half done violates nothing: they are waited for.
        """
        late = self.world.until_ready(list(self.world.targets))
        if late:
            raise NotReady(f"not ready: {', '.join(late)}", "mscli up -d")
        self._until_quiet(self.world.sagas(), ENDED | VISIBLE)
        for invariant in self.invariants:
            verdict = hold(self.world, invariant)
            if not verdict.holds:
                found = "; ".join((verdict.found, *verdict.examples))
                raise MscliError(
                    f"{invariant.name} is violated before anything was broken: {found}",
                    "mend the system, or the invariant",
                )

    def run(self, drill: Drill, run: str) -> Outcome:
        """All of it. Whatever happens, what was broken is mended."""
        began = time.monotonic()
        starters = Starters(self.world, run, drill.starts)
        injected: list[Fault] = []
        try:
            for fault in drill.faults:
                starters.let_go(drill.due(fault.number))
                self.rest(fault.after)
                if self._break(fault, began):
                    injected.append(fault)
            starters.let_go(len(drill.starts))
            self._until_healthy()
            starters.wait()
        finally:
            starters.stop()
        healed = time.monotonic()
        states = self._until_quiet(starters.accepted)
        quiet = time.monotonic() - healed
        accepted = starters.accepted
        verdicts = [started(accepted, starters.refused)]
        verdicts += judge(self.world, self.saga, self.invariants, accepted)
        return Outcome(
            injected=tuple(injected),
            counts=_counts(states),
            verdicts=tuple(verdicts),
            refused=len(starters.refused),
            seconds=time.monotonic() - began,
            quiet=quiet,
        )

    def _break(self, fault: Fault, began: float) -> bool:
        """Break something that is sound, hold it, and mend it; whether it was sound in time."""
        if self.world.until_ready([fault.target]):
            self.say(f"{time.monotonic() - began:6.1f} s  left out: {fault} - it is not ready")
            return False
        self.say(f"{time.monotonic() - began:6.1f} s  {fault}")
        with self.journal.holding(self.world, fault):
            self.rest(fault.hold)
        return True

    def _until_healthy(self) -> None:
        late = self.world.until_ready(list(self.world.targets))
        if late:
            raise NotReady(f"not ready after the drill: {', '.join(late)}", f"mscli logs {late[0]}")

    def _until_quiet(
        self, accepted: Iterable[str], settled: Collection[str] = ENDED
    ) -> list[SagaState]:
        """Wait until every saga is `settled`, or patience has ended; where each stands then."""
        wanted = set(accepted)
        deadline = time.monotonic() + self.patience
        while True:
            known = self.world.sagas()
            states = [known.get(saga_id, SagaState(saga_id, "lost")) for saga_id in wanted]
            open_ones = [state for state in states if state.state not in settled]
            if not open_ones or time.monotonic() > deadline:
                return states
            self.rest(LOOK_EVERY)


def _counts(states: Iterable[SagaState]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for state in states:
        counts[state.state] = counts.get(state.state, 0) + 1
    return dict(sorted(counts.items()))
