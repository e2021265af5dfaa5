"""What happens to workloads while a runtime works, for progress, `logs` and judgement."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Happening(StrEnum):
    """What can happen to one replica or task."""

    PREPARING = "preparing"
    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    COMPLETED = "completed"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    STOPPING = "stopping"
    STOPPED = "stopped"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Event:
    """One happening. `seconds` is the time since the command began; `cause` says why, if known."""

    subject: str
    happening: Happening
    seconds: float
    cause: str = ""
