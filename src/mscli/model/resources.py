"""What one replica may use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Resources:
    """The most that one replica may use: processors, and memory in bytes."""

    cpus: float = 1.0
    memory: int = 512 * 1024**2
