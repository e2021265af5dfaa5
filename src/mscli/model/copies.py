"""A copy of a system that is up somewhere on this machine, whatever runs it."""

from __future__ import annotations

from typing import NamedTuple


class Up(NamedTuple):
    """Its id, the folder that it belongs to, and how many processes or containers of it run."""

    system_id: str
    folder: str
    running: int
