"""What the steps of a migration are: moves, with their commands, checks and ways back."""

from __future__ import annotations

from dataclasses import dataclass

MONOLITH = "monolith"
"""The service that the monolith is in a system that `mscli migrate apply` makes."""


@dataclass(frozen=True, slots=True)
class Move:
    """One step. `commands` of this version can be typed as they stand."""

    title: str
    why: str
    commands: tuple[str, ...]
    by_hand: str
    check: str
    rollback: str


@dataclass(frozen=True, slots=True)
class Phase:
    """Steps that belong together."""

    title: str
    why: str
    moves: tuple[Move, ...]
