"""What a workload is for and when it is ready: what the Stack and the processes made of it share.

Apart from the Stack, because `ps` and `logs` need it and the Stack's types take time to load.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, NamedTuple


class Kind(StrEnum):
    """What a workload is for."""

    ENGINE = "engine"
    GATEWAY = "gateway"
    SERVICE = "service"
    TASK = "task"


class Probe(NamedTuple):
    """How readiness is asked: an HTTP path, a bare connection, or PostgreSQL's own greeting.

    `startup` is how long a workload may take to become ready, in seconds.
    """

    kind: Literal["http", "tcp", "postgres"]
    port: str
    path: str = "/readyz"
    startup: float = 60.0


class Until(StrEnum):
    """What a wait waits for."""

    READY = "ready"
    COMPLETED = "completed"


class Wait(NamedTuple):
    """A workload that has to be ready or completed first.

    A wait that is not `required` orders the start, and lets go when the other one has failed.
    """

    workload: str
    until: Until = Until.READY
    required: bool = True
