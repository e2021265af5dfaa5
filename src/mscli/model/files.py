"""A file that is to be written, before anybody writes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FileClass = Literal["rendered", "scaffolded", "merged"]


@dataclass(frozen=True, slots=True)
class File:
    """A file by its path relative to the place it is written under (POSIX, never absolute).

    `secret` files are written with mode 0600 and are never shown by `--dry-run`.
    """

    path: str
    content: str
    kind: FileClass = "rendered"
    secret: bool = False
    executable: bool = False
