"""`mscli down`: everything stopped, and proof that nothing is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mscli import console
from mscli.cli import containers, here
from mscli.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mscli.runtimes.processes.place import Place

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def down(
    volumes: Annotated[
        bool, typer.Option("-v", "--volumes", help="Remove data and passwords, too.")
    ] = False,
    timeout: Annotated[
        float | None, typer.Option("-t", "--timeout", help="Seconds of grace for each process.")
    ] = None,
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Do not ask.")] = False,
    every: Annotated[
        bool, typer.Option("--all", help="Every copy of the system, isolated ones too.")
    ] = False,
    project: here.Project = "",
) -> None:
    """Take the system down in reverse order, and prove that nothing of it is left.

    Data stays unless -v is given. Exits 7 if a process, port or socket is left behind.

    Example: mscli down -v --yes
    """
    from mscli.errors import UsageError
    from mscli.runtimes.processes.place import projects

    root = here.root().resolve()
    if volumes and not yes and not console.confirm("Remove all data of this system?"):
        raise UsageError("nothing was removed")
    ids = [project, *(projects(root) if every else ())]
    elsewhere = [runtime for name in ids if (runtime := containers.of(name)) is not None]
    there = {runtime.place.state for runtime in elsewhere}
    places = [p for name in ids for p in _existing(root, name) if p.state not in there]
    if not places and not elsewhere:
        console.say("nothing to take down: this checkout has not been up")
    for runtime in elsewhere:
        containers.agree(runtime, volumes=volumes, yes=yes)
    for place in places:
        take_down(place, volumes=volumes, patience=timeout)
    for runtime in elsewhere:
        containers.down(runtime, volumes=volumes, patience=timeout)
    if not (every or project) and (copies := here.copies_up(root)):
        one = ", ".join(f"mscli down -p {name}" for name in copies)
        console.say(f"copies of it are still up; {one}, or `mscli down --all`")


def _existing(root: Path, project: str) -> Iterator[Place]:
    """The copy that is meant, if there is one; it may be up though its local state is gone, or
    though its folder had another name then.
    """
    from mscli.runtimes.processes.place import Place, is_default, last_place, projects
    from mscli.runtimes.processes.systems import systems_up

    place = last_place(root, project)
    if place.system_id and place.state.is_dir():
        yield place
    elif not place.is_copy:
        alive = {
            up.system_id
            for up in systems_up()
            if up.folder == str(root) or is_default(root, up.system_id)
        }
        yield from (Place(root, name, place.state) for name in sorted(alive - {*projects(root)}))


def take_down(place: Place, *, volumes: bool, patience: float | None) -> None:
    """Take one copy down and say what was removed; an isolated copy leaves nothing at all."""
    import shutil

    from mscli.runtimes.processes.down import take_down as run

    with console.Progress("going down") as progress:
        removal = run(place, progress, volumes=volumes, patience=patience)
    for name in removal.swept:
        console.say(f"ended a process that had got away: {name}")
    for name in removal.volumes:
        console.say(f"removed the data of {name}")
    if volumes and place.is_copy:
        shutil.rmtree(place.state, ignore_errors=True)
    stopped = counted(len(removal.processes), "process", "processes")
    console.out(
        f"{place.system_id} is down: {stopped} stopped in "
        f"{removal.seconds:.1f} s; no process, port or socket of it is left"
    )
