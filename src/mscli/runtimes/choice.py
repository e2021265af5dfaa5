"""Which runtime a copy of a system has chosen: remembered in its local state, so that every later
command asks the same one. Apart from the runtimes' own types, because `ps` and `logs` ask it first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from mscli.runtimes.processes.place import LOCAL, Place, is_default

PROCESSES = "processes"
FILE = "runtime.json"


NONE: Mapping[str, Any] = MappingProxyType({})


class Choice(NamedTuple):
    """What is remembered of a copy: its runtime and that one's options, the gateway's port, and
    replicas asked for.
    """

    runtime: str
    system_id: str
    port: int = 0
    replicas: Mapping[str, int] = NONE
    built: Mapping[str, str] = NONE
    options: Mapping[str, str] = NONE


def remembered(root: Path, project: str = "") -> Choice | None:
    """The choice of the default copy of the checkout `root`, or of the copy `project`."""
    state = root.resolve() / LOCAL
    if project and not is_default(root, project):
        state = state / "projects" / project
    try:
        known = Choice(**json.loads((state / FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return known if project or is_default(root, known.system_id) else None


def remember(place: Place, choice: Choice) -> None:
    """Keep the choice for the commands to come."""
    document = {k: dict(v) if isinstance(v, Mapping) else v for k, v in choice._asdict().items()}
    place.state.mkdir(parents=True, exist_ok=True)
    staged = place.file(f"{FILE}.new")
    staged.write_text(json.dumps(document, indent=1) + "\n")
    staged.replace(place.file(FILE))


def forget(place: Place) -> None:
    """The copy has no runtime of its own any more: the next `up` is processes again."""
    place.file(FILE).unlink(missing_ok=True)
