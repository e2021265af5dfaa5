"""The switches by which a test breaks the cluster, and what follows from each in a real one."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass
class Faults:
    """What is broken. Names of workloads are those of `app.kubernetes.io/name`."""

    denied: set[tuple[str, str]] = field(default_factory=set)
    """Rights that nobody has: a verb, and a resource such as `deployments`."""
    quota: int | None = None
    """Pods that a namespace may have; more are forbidden when they are made."""
    unschedulable: set[str] = field(default_factory=set)
    """Workloads that no node has room for."""
    unpublished: tuple[str, ...] = ()
    """Beginnings of images that no registry has: a node runs them only if they were loaded."""
    crashing: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Workloads whose container ends with code 1, and the lines it writes before."""
    failing_probe: set[str] = field(default_factory=set)
    """Workloads that start and never get ready."""
    stuck: set[str] = field(default_factory=set)
    """Kinds (plural) whose objects get a finalizer that nobody takes away."""
    dies_after_writes: int | None = None
    """Writes by clients until the server answers nobody any more."""
    dead: threading.Event = field(default_factory=threading.Event)

    def wrote(self) -> None:
        """A client has written."""
        if self.dies_after_writes is not None:
            self.dies_after_writes -= 1
            if self.dies_after_writes <= 0:
                self.dead.set()
