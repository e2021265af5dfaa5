"""What every runtime beside `processes` answers.

A runtime is bound to its Place and loaded when it is asked.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Protocol

from mscli.errors import UsageError
from mscli.model.events import Event
from mscli.runtimes.choice import PROCESSES, Choice

if TYPE_CHECKING:
    from mscli.model.system import System
    from mscli.runtimes.logs import Feed, Labelled, View
    from mscli.runtimes.processes.place import Place

MODULES: Mapping[str, str] = {
    "docker": "mscli.runtimes.docker",
    "kubernetes": "mscli.runtimes.kubernetes",
}
"""Runtimes by name, beside `processes`; each module has `runtime(place, choice)`."""

Report = Callable[[Event], object]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one `up` is asked for.

    `patience` is seconds until what is not ready has failed; `named` are the options that this very
    command names; `agreed` says that nobody need be asked before something is removed. `only` names
    the workloads to begin, where it is not all of them.
    """

    replicas: Mapping[str, int] = field(default_factory=dict)
    patience: float | None = None
    named: frozenset[str] = frozenset()
    agreed: bool = False
    abort: bool = False
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Replica:
    """One replica or task as it is now. `exit_code` is None while it runs; uptime is seconds."""

    name: str
    workload: str
    kind: str
    state: str
    ready: bool
    restarts: int
    ports: Mapping[str, int]
    uptime: float
    exit_code: int | None
    handle: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """A replica as a source of log lines; `handle` is what the runtime knows it by."""

    name: str
    workload: str
    handle: str


@dataclass(frozen=True, slots=True)
class Removal:
    """What `down` removed, and the words for what was, and for what there is none of any more."""

    containers: int
    volumes: tuple[str, ...]
    seconds: float
    words: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Doomed:
    """What `down` would remove, where it is shown before; without `question` nobody is asked."""

    names: tuple[str, ...] = ()
    question: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A replica that is not ready, why, the last lines that it wrote, and what to do."""

    name: str
    cause: str
    lines: tuple[str, ...] = ()
    hint: str = ""


class Runtime(Protocol):
    """A copy of a system on a platform that is not this machine's processes."""

    choice: Choice
    target: ClassVar[str]
    """Whose rendered files it runs."""
    in_parts: ClassVar[bool]
    """Whether some services can come up while the others stay as they are."""
    options: ClassVar[Mapping[str, bool]]
    """The options of `up` that it understands; true for one that says where the copy is."""

    @property
    def place(self) -> Place:
        """The copy."""

    def check(self, system: System, wanted: Wanted) -> None:
        """Raises MscliError for what can be known to be impossible before anything is written."""

    def up(self, system: System, wanted: Wanted, report: Report) -> list[Failure]:
        """Bring it up out of its rendered files; what did not become ready."""

    def doomed(self, *, volumes: bool) -> Doomed:
        """What `down` would remove, where that is to be shown before."""

    def down(self, report: Report, *, volumes: bool, patience: float | None) -> Removal:
        """Take it down. Raises LeftBehind when something is left."""

    def replicas(self) -> list[Replica]:
        """Every replica and task there is."""

    def reloads(self) -> float | None:
        """How often the gateway has read its routes; None where it does not read them by itself."""

    def stop(self, replicas: Sequence[Replica], report: Report) -> None:
        """Stop replicas; they stay down until they are started again."""

    def start(self, replicas: Sequence[Replica], report: Report, *, restart: bool) -> list[Failure]:
        """Start replicas and wait until they are ready; what did not become so."""

    def execute(self, replica: Replica, command: Sequence[str]) -> int:
        """Run a command in a replica, on this terminal; its exit code."""

    def open_feed(self, source: Labelled, view: View) -> Feed:
        """The lines of a replica."""


def runtime_of(place: Place, choice: Choice) -> Runtime:
    """The runtime that drives a copy. Raises UsageError for one that there is not."""
    module = MODULES.get(choice.runtime)
    if module is None:
        known = ", ".join((PROCESSES, *MODULES))
        raise UsageError(f"no runtime '{choice.runtime}' in this version", f"there is: {known}")
    made: Runtime = importlib.import_module(module).runtime(place, choice)
    return made
