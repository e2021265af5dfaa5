"""What the shell completes: names of services and paths of routes. Silent when there are none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mscli.errors import MscliError

if TYPE_CHECKING:
    from mscli.model.system import System


def services(incomplete: str) -> list[str]:
    """Services of the system here that begin with `incomplete`."""
    system = _system()
    return [name for name in (system.services if system else ()) if name.startswith(incomplete)]


def routes(incomplete: str) -> list[str]:
    """Paths of the routes of the system here that begin with `incomplete`."""
    system = _system()
    paths = [route.path for route in (system.routes if system else ())]
    return [path for path in paths if path.startswith(incomplete)]


def _system() -> System | None:
    from mscli import systemfile

    try:
        return systemfile.read(systemfile.find(Path.cwd())).system
    except MscliError:
        return None
