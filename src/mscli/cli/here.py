"""Which system a command is about: the one that the current folder belongs to."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mscli.cli import completion
from mscli.errors import MscliError, RuntimeFailed, no_system
from mscli.runtimes.processes.place import Place, last_place, place_of, projects
from mscli.runtimes.processes.plan import chosen, plan_of

if TYPE_CHECKING:
    from mscli.model.process import Plan, Process
    from mscli.model.system import System

FILE_NAME = "mscli.yaml"

Project = Annotated[
    str,
    typer.Option(
        "-p",
        "--project-name",
        help="Another copy of the system, by its id.",
        autocompletion=completion.copies,
    ),
]


def root() -> Path:
    """The folder of the system, found upwards; nothing of the file is read."""
    folder = Path.cwd()
    for candidate in (folder, *folder.parents):
        if (candidate / FILE_NAME).is_file():
            return candidate
    raise no_system(folder)


def system() -> System:
    """The system that its file declares, its warnings said."""
    from mscli import systemfile

    reading = systemfile.read(root() / FILE_NAME)
    for finding in reading.warnings:
        _warn_once(root(), str(finding))
    return reading.system


@cache
def _warn_once(_: Path, warning: str) -> None:
    """A command may read the file more than once."""
    from mscli import console

    console.warn(warning)


def place(project: str = "") -> Place:
    """The copy that is up, or was."""
    return last_place(root(), project)


def place_for(declared: System, project: str = "") -> Place:
    """The copy of a system that has been read."""
    return place_of(root(), declared.name, project)


def plan(where: Place) -> Plan:
    """What runs in a place. Raises RuntimeFailed before the first `up`."""
    found = plan_of(where) if where.system_id else None
    if found is not None:
        return found
    others = ", ".join(f"-p {name}" for name in copies_up(where.root))
    if where.is_copy:
        sentence = f"no copy {where.system_id} of the system has been up"
        raise RuntimeFailed(
            sentence, f"there is: {others}" if others else "see `mscli up --isolated`"
        )
    hint = "`mscli up` brings it up"
    hint += f"; copies of it are up: {others}" if others else ""
    raise RuntimeFailed("the system has not been up yet", hint)


def copies_up(folder: Path) -> tuple[str, ...]:
    """The ids of the copies beside the default one of which a process runs."""
    from mscli.runtimes.processes.sweep import systems

    known = projects(folder)
    alive = systems() if known else set[str]()
    return tuple(name for name in known if name in alive)


def workloads(incomplete: str) -> list[str]:
    """Names of workloads that begin with `incomplete`, for the shell's completion."""
    try:
        return [name for name in plan(place()).workloads if name.startswith(incomplete)]
    except MscliError:
        return []


def processes(where: Place, names: list[str]) -> tuple[Process, ...]:
    """The processes that `names` mean in a place."""
    return chosen(plan(where), names)
