"""What a template says of how its services run: its `files.yaml`, and from there mscli.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mscli.errors import MscliError
from mscli.scaffold.classes import FILES, document_of


@dataclass(frozen=True, slots=True)
class Running:
    """As the fields of a service with these names; empty where the template says nothing."""

    command: str = ""
    migrate: str = ""
    health: str = ""


def read_running(folder: Path) -> Running:
    """What the template in `folder` says; without a word a service runs as a Python package."""
    document = document_of(folder)
    said = {name: document.get(name, "") for name in Running.__slots__}
    for name, value in said.items():
        if not isinstance(value, str):
            raise MscliError(f"the template's {FILES} is wrong: {name} is no text")
    return Running(**{name: str(value) for name, value in said.items()})
