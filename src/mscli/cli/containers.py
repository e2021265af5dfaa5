"""What the commands do where a copy of the system does not run as processes but in containers.

Each function is one command's second half: the runtime is asked, and what it says is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from mscli import console
from mscli.cli import here
from mscli.cli.failures import EXCERPT_LINES
from mscli.errors import MissingProgram, NotReady, RuntimeFailed, UsageError
from mscli.wording import duration

if TYPE_CHECKING:
    from pathlib import Path

    from mscli.model.system import System
    from mscli.runtimes.processes.place import Place
    from mscli.runtimes.runtime import Failure, Replica, Runtime


def of(project: str = "", folder: Path | None = None) -> Runtime | None:
    """The runtime of the copy that is meant; None where it is processes of this machine.

    `folder` is the system's, if it is not the one that the current folder belongs to.
    """
    from mscli.runtimes.choice import remembered

    root = folder or here.root()
    choice = remembered(root, project)
    if choice is None:
        return None
    from mscli.runtimes.processes.place import Place, place_of
    from mscli.runtimes.runtime import runtime_of

    place = place_of(root, "", choice.system_id)
    if not place.is_copy or not project:
        place = Place(root.resolve(), choice.system_id, root.resolve() / ".mscli" / "local")
    return runtime_of(place, choice)


def refuse(what: str, why: str) -> None:
    """Commands that this version has for processes alone."""
    if of() is not None:
        raise UsageError(
            f"{what} are not in this version for a system that runs in containers: {why}",
            "`mscli down`, then `mscli up -d --runtime processes` runs the same on this machine",
        )


def in_docker(what: str, project: str) -> Runtime | None:
    """The copy's runtime if it is Docker, and None for processes; `what` is not for any other."""
    runtime = of(project)
    if runtime is not None and runtime.choice.runtime != "docker":
        where = runtime.choice.runtime
        raise UsageError(f"{what} is not in this version for a system that runs on {where}")
    return runtime


def remembered_name(place: Place) -> str:
    """The runtime that a copy had the last time; empty for none, or for processes."""
    from mscli.runtimes.choice import remembered

    known = remembered(place.root, place.system_id if place.is_copy else "")
    return known.runtime if known is not None else ""


def leave(place: Place) -> None:
    """The copy comes up as processes: it must not be up in containers, and forgets them."""
    from mscli.runtimes.choice import forget, remembered
    from mscli.runtimes.runtime import runtime_of

    known = remembered(place.root, place.system_id if place.is_copy else "")
    if known is None:
        return
    refuse_if_up(runtime_of(place, known))
    forget(place)


def refuse_if_up(elsewhere: Runtime) -> None:
    """A copy moves only when nothing of it is where it was, as far as one can see."""
    where = elsewhere.choice.runtime
    try:
        found = elsewhere.replicas()
    except (MissingProgram, RuntimeFailed) as error:
        console.warn(f"what of the system runs with {where} stays there: {error.message}")
        return
    if any(each.kind != "task" for each in found):
        raise UsageError(f"the system is up with {where}", "`mscli down` takes it down")


def refresh(runtime: Runtime, root: Path) -> str | None:
    """Let a copy that is up take up a change of its file; a sentence for the user, or None.

    Where the gateway watches the folder of its routes, rendering them is all, and it is waited for.
    """
    from mscli import systemfile
    from mscli.runtimes.processes.gateway import wait_for_reload
    from mscli.scaffold.ledger import LEDGER
    from mscli.scaffold.rendering import render_into

    if not runtime.replicas():
        return None
    system = systemfile.read(root / systemfile.FILE_NAME).system
    before = runtime.reloads()
    changed = [change.path for change in render_into(root, system, runtime.target).changes]
    rendered = [path for path in changed if path != LEDGER]
    if rendered and all(path.endswith("dynamic/routes.yml") for path in rendered):
        wait_for_reload(runtime.reloads, before)
        return "the running gateway has taken it up"
    return "the system is up: `mscli up -d` starts what is new and restarts what changed"


def raise_for(failures: Sequence[Failure]) -> None:
    """Show every failure with its last lines, and raise the error of them all."""
    from mscli.runtimes.logs import excerpt

    for failure in failures:
        console.say(f"{failure.name}: {failure.cause}")
        for line in excerpt(failure.lines, EXCERPT_LINES):
            console.say(f"    {line}")
    if failures:
        names = [failure.name for failure in failures]
        hint = failures[0].hint or f"mscli logs {names[0]}"
        raise NotReady(f"not ready: {', '.join(names)}", hint)


def meant(runtime: Runtime, names: Sequence[str], *, tasks: bool = False) -> list[Replica]:
    """The replicas that `names` mean; without names all but tasks. Raises for an unknown name."""
    found = runtime.replicas()
    if not found:
        raise RuntimeFailed("the system is not up", "`mscli up -d` brings it up")
    for name in names:
        if not any(name in (each.name, each.workload) for each in found):
            known = ", ".join(dict.fromkeys(each.workload for each in found))
            raise UsageError(f"no service or replica '{name}'", f"there is: {known}")
    if names:
        return [each for each in found if each.name in names or each.workload in names]
    return [each for each in found if tasks or each.kind != "task"]


def ps(runtime: Runtime, names: Sequence[str], *, every: bool, json: bool) -> None:
    """`mscli ps`."""
    found = meant(runtime, names, tasks=every)
    if json:
        console.out_json([_document(each) for each in found])
        return
    console.columns(
        ("name", "kind", "state", "ready", "restarts", "ports", "uptime"),
        [_cells(each) for each in found],
    )


def _cells(each: Replica) -> tuple[str, ...]:
    state = each.state if not each.exit_code else f"{each.state} ({each.exit_code})"
    return (
        each.name,
        each.kind,
        state,
        "-" if each.kind == "task" else "yes" if each.ready else "no",
        str(each.restarts),
        ", ".join(str(port) for port in each.ports.values()) or "-",
        duration(each.uptime) if each.uptime else "-",
    )


def _document(each: Replica) -> dict[str, object]:
    return {
        "name": each.name,
        "workload": each.workload,
        "kind": each.kind,
        "state": each.state,
        "ready": each.ready,
        "restarts": each.restarts,
        "ports": dict(each.ports),
        "uptime": round(each.uptime, 3),
        "exit_code": each.exit_code,
        "container": each.handle,
    }


def stop(runtime: Runtime, names: Sequence[str]) -> None:
    """`mscli stop`."""
    with console.Progress("stopping") as progress:
        runtime.stop(meant(runtime, names), progress)


def start(runtime: Runtime, names: Sequence[str], *, restart: bool) -> None:
    """`mscli start` and `mscli restart`."""
    with console.Progress("starting") as progress:
        failures = runtime.start(meant(runtime, names), progress, restart=restart)
    raise_for(failures)


def wait(runtime: Runtime, names: Sequence[str], patience: float) -> None:
    """`mscli wait`."""
    import time

    deadline = time.monotonic() + patience
    while True:
        late = [each.name for each in meant(runtime, names) if not each.ready]
        if not late:
            console.out("ready")
            return
        if time.monotonic() > deadline:
            raise NotReady(
                f"not ready after {patience:g} s: {', '.join(late)}", f"mscli logs {late[0]}"
            )
        time.sleep(0.2)


def execute(runtime: Runtime, service: str, command: Sequence[str]) -> None:
    """`mscli exec`: in the first replica that runs."""
    running = [each for each in meant(runtime, [service]) if each.exit_code is None]
    if not running:
        raise RuntimeFailed(f"no replica of {service} runs", f"mscli start {service}")
    raise typer.Exit(runtime.execute(running[0], command))


def agree(runtime: Runtime, *, volumes: bool, yes: bool) -> None:
    """Show what `down` will remove, and ask where it is not this machine's."""
    doomed = runtime.doomed(volumes=volumes)
    if doomed.names:
        console.say(f"to remove from {doomed.where}:")
    for line in doomed.names:
        console.say(f"    {line}")
    if doomed.question and not yes and not console.confirm(doomed.question):
        raise UsageError("nothing was removed")


def down(runtime: Runtime, *, volumes: bool, patience: float | None) -> None:
    """`mscli down`."""
    import shutil

    place = runtime.place
    with console.Progress("going down") as progress:
        removal = runtime.down(progress, volumes=volumes, patience=patience)
    for name in removal.volumes:
        console.say(f"removed the volume {name}")
    if volumes and place.is_copy:
        shutil.rmtree(place.state, ignore_errors=True)
    removed, left = removal.words
    console.out(
        f"{place.system_id} is down: {removal.containers} {removed} removed in "
        f"{removal.seconds:.1f} s; no {left} of it is left"
    )


def browse(runtime: Runtime, route: str, system: System) -> str:
    """The URL of the gateway, of a route, or of a service that is published."""
    from mscli.model.route_paths import alternatives

    known = {each.service: each.path for each in reversed(system.routes)}
    known |= {each.path: each.path for each in system.routes}
    if route and route not in known:
        raise UsageError(f"no route '{route}'", "there is: " + (", ".join(known) or "none"))
    return f"http://127.0.0.1:{runtime.choice.port}{alternatives(known.get(route, '/'))[0]}"


def copies(root: Path) -> list[Runtime]:
    """The runtimes of every copy beside the default one that runs in containers."""
    from mscli.runtimes.processes.place import projects

    return [runtime for name in projects(root) if (runtime := of(name)) is not None]
