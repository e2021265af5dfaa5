"""What a drill is going to do, decided beforehand from a seed. Pure.

The words are those of Jepsen and of the principles of chaos engineering: faults are injected while
work is under way, everything is healed, and then a judge looks at the state of the world.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import NamedTuple, TypeVar

from mscli.errors import UsageError
from mscli.model.system import Saga

T = TypeVar("T")

SHORTEST, LONGEST = 0.3, 2.5
"""Seconds for which something is held down."""
LATEST = 0.6
"""Seconds after the sagas of a fault have begun to start, at which it comes at the latest."""
ID = "$id"
"""What becomes an id of the saga's own in its input."""


class Kind(StrEnum):
    """A kind of fault."""

    KILL = "kill"
    """kill -9; the runtime starts it again."""
    PAUSE = "pause"
    """SIGSTOP, then SIGCONT: connections stay open, and nobody answers."""
    SLOW = "slow"
    """It runs a tenth of the time."""
    DOWN = "down"
    """Stopped as for a deployment, then started."""
    REFUSE = "refuse"
    """It runs, and connections to it are refused."""
    CUT = "cut"
    """Connections to a database are cut."""
    LOCK = "lock"
    """The table of the steps is locked: statements wait."""
    DISCONNECT = "disconnect"
    """It runs, and no network reaches it: what was sent waits for an answer that does not come."""


PROCESS = (Kind.KILL, Kind.PAUSE, Kind.SLOW, Kind.DOWN)
SERVICE = (*PROCESS, Kind.REFUSE)
CONTAINER = (Kind.KILL, Kind.PAUSE, Kind.SLOW, Kind.DOWN, Kind.DISCONNECT)
DATABASE = (Kind.REFUSE, Kind.CUT, Kind.LOCK)
INSTANT = frozenset({Kind.KILL, Kind.CUT})
"""Faults that are not held."""


class Size(NamedTuple):
    """How large a drill is."""

    sagas: int
    faults: int


Targets = Mapping[str, Sequence[Kind]]
"""What may be hit, and with what: a process by its name, a database as `postgres/<service>`."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: `after` seconds into its share of the sagas, held for `hold` seconds."""

    number: int
    kind: Kind
    target: str
    after: float
    hold: float

    def __str__(self) -> str:
        held = "" if self.kind in INSTANT else f" for {self.hold:.1f} s"
        return f"{self.kind} {self.target}{held}"


@dataclass(frozen=True, slots=True)
class Start:
    """One saga to start. `template` is its input as JSON, the id not filled in yet."""

    number: int
    template: str

    def input(self, identity: str) -> dict[str, object]:
        """The input of the saga that has this id."""
        document: dict[str, object] = json.loads(self.template)
        return {key: _filled(value, identity) for key, value in document.items()}


@dataclass(frozen=True, slots=True)
class Drill:
    """The whole of it. Before fault `f` the first `due(f)` sagas are let go."""

    seed: int
    starts: tuple[Start, ...]
    faults: tuple[Fault, ...]

    def due(self, fault: int) -> int:
        """How many sagas have been let go when a fault comes (counted from 0)."""
        return len(self.starts) * (fault + 1) // max(1, len(self.faults))


def inputs_of(saga: Saga) -> tuple[str, ...]:
    """What the sagas of a drill are started with, in turn.

    Where nothing is declared: nothing; and every other one asks a step to refuse, which the steps
    do that nobody has filled in yet.
    """
    refusals = (json.dumps({"refuse": step.action}) for step in saga.refusable)
    return saga.inputs or tuple(text for refusal in refusals for text in ("{}", refusal))


def drill(targets: Targets, inputs: Sequence[str], size: Size, seed: int) -> Drill:
    """A drill; the same arguments give the same one.

    The kinds take turns, and so do the targets of a kind, both in an order that the seed decides:
    few faults are still of many kinds. Raises UsageError where there is nothing to hit.
    """
    if size.faults and not any(targets.values()):
        raise UsageError("nothing can be hit with that", "leave --on or --kind out")
    chance = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    hits = islice(_dealt(targets, chance), size.faults)
    return Drill(
        seed=seed,
        starts=tuple(Start(n, inputs[n % len(inputs)]) for n in range(size.sagas)),
        faults=tuple(_fault(n, kind, target, chance) for n, (kind, target) in enumerate(hits)),
    )


def _fault(number: int, kind: Kind, target: str, chance: random.Random) -> Fault:
    after, hold = chance.uniform(0, LATEST), chance.uniform(SHORTEST, LONGEST)
    return Fault(number, kind, target, round(after, 3), 0 if kind in INSTANT else round(hold, 3))


def _dealt(targets: Targets, chance: random.Random) -> Iterator[tuple[Kind, str]]:
    """Kinds in turn, each on the target that was hit least with it, and least at all."""
    by_kind = {kind: [t for t, kinds in targets.items() if kind in kinds] for kind in Kind}
    hits: Counter[tuple[Kind, str]] = Counter()
    while True:
        for kind in _shuffled((kind for kind, hit in by_kind.items() if hit), chance):
            target = min(
                _shuffled(by_kind[kind], chance),
                key=lambda name, kind=kind: (  # type: ignore[misc]
                    hits[kind, name],
                    sum(count for (_, hit), count in hits.items() if hit == name),
                ),
            )
            hits[kind, target] += 1
            yield kind, target


def _shuffled(items: Iterable[T], chance: random.Random) -> list[T]:
    found = list(items)
    chance.shuffle(found)
    return found


def _filled(value: object, identity: str) -> object:
    if isinstance(value, str):
        return value.replace(ID, identity)
    if isinstance(value, list):
        return [_filled(item, identity) for item in value]
    if isinstance(value, dict):
        return {key: _filled(item, identity) for key, item in value.items()}
    return value


def narrowed(targets: Targets, on: Sequence[str], kinds: Sequence[str]) -> Targets:
    """Only these targets (workloads, replicas or databases) and kinds. Raises UsageError."""
    for kind in kinds:
        if kind not in list(Kind):
            raise UsageError(f"no kind of fault is called '{kind}'", "there is: " + ", ".join(Kind))
    for name in on:
        if not any(_is_of(target, name) for target in targets):
            raise UsageError(
                f"nothing that a drill may hit is called '{name}'",
                "there is: " + ", ".join(targets),
            )
    return {
        target: tuple(kind for kind in hits if not kinds or kind in kinds)
        for target, hits in targets.items()
        if not on or any(_is_of(target, name) for name in on)
    }


def _is_of(target: str, name: str) -> bool:
    workload, _, number = target.rpartition("-")
    return target == name or (number.isdecimal() and workload == name)
