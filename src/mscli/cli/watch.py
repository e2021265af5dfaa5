"""`mscli watch`, and `up --watch`: the inner loop. A changed file restarts its service alone."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import typer

from mscli import console
from mscli.cli import containers, here
from mscli.errors import MscliError, RuntimeFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mscli.model.process import Plan
    from mscli.runtimes.processes.place import Place
    from mscli.runtimes.runtime import Runtime

    Folders = Callable[[], Iterable[Path]]
    """The folders to watch, as they are now."""

app = typer.Typer(rich_markup_mode=None, add_completion=False)
STEP = 200
"""Milliseconds in which changes count as one."""
LOOK = 2000
"""Milliseconds without a change after which it is looked whether the system is still up."""
WATCHING = "watching the services' files; Ctrl-C ends it"


@app.command()
def watch(project: here.Project = "") -> None:
    """Restart a service when one of its files changes; only that one, within two seconds.

    A changed migration is run first. In containers its image is built anew, and its containers are
    replaced. Ctrl-C ends the watching, not the system; `mscli down` ends both.

    Example: mscli watch
    """
    if (runtime := containers.of(project)) is not None:
        containers.meant(runtime, ())
        console.say(WATCHING)
        watch_containers(runtime, Event())
        return
    place = here.place(project)
    here.plan(place)
    console.say(WATCHING)
    watch_until(place, Event())


def watch_until(place: Place, ended: Event) -> None:
    """Watch the services' folders until `ended` is set."""
    from mscli.runtimes.processes.supervisor import Supervisor
    from mscli.runtimes.processes.watching import folders

    def folders_now() -> Iterable[Path]:
        return folders(here.plan(place))

    changes = _changes(folders_now, ended, Supervisor(place).alive)
    for paths in _with_news_of(place.root / here.FILE_NAME, changes):
        _restart(place, here.plan(place), paths)


def watch_containers(runtime: Runtime, ended: Event) -> None:
    """The same where they run in containers: an `up` builds and replaces what has changed."""
    from mscli.cli.up_in_containers import up
    from mscli.runtimes.runtime import Wanted

    root = runtime.place.root
    folders = _declared_folders(root / here.FILE_NAME)

    def is_up() -> bool:
        try:
            return bool(runtime.replicas())
        except RuntimeFailed:
            return True  # nobody answers: that is no news of the system

    for _ in _with_news_of(root / here.FILE_NAME, _changes(folders, ended, is_up)):
        try:
            up(here.system(), runtime, Wanted())
        except MscliError as error:
            console.fail(error)


def _declared_folders(declared: Path) -> Folders:
    """The folders of the services in a system file, read again when it is another."""
    from mscli import systemfile

    before, known = 0, frozenset[Path]()

    def now() -> frozenset[Path]:
        nonlocal before, known
        if (written := _written(declared)) != before:
            before = written
            with suppress(MscliError):  # half a change: what was known counts until the other half
                services = systemfile.read(declared).system.services.values()
                known = frozenset((declared.parent / each.path).resolve() for each in services)
        return known

    return now


def _changes(folders: Folders, ended: Event, is_up: Callable[[], bool]) -> Iterator[list[Path]]:
    """The sources that change together, now and then none, until `ended` or the system is down.

    Which folders there are is asked again each time: services come and go meanwhile.
    """
    watched = frozenset[Path]()
    while not ended.is_set():
        before, watched = watched, _there(folders)
        for folder in sorted(watched - before if before else ()):
            console.say(f"watching {folder.name}, too")
        for changes in _changes_in(watched, ended):
            if changes:
                yield changes
            elif not is_up():
                console.say("the system is down: nothing to watch")
                return
            else:
                yield []
            if _there(folders) != watched:
                break


def _there(folders: Folders) -> frozenset[Path]:
    return frozenset(folder for folder in folders() if folder.is_dir())


def _changes_in(folders: Iterable[Path], ended: Event) -> Iterator[list[Path]]:
    from watchfiles import watch as changes_of

    from mscli.runtimes.processes.watching import is_source

    for changes in changes_of(
        *folders,
        stop_event=ended,
        step=STEP,
        debounce=STEP * 4,
        rust_timeout=LOOK,
        yield_on_timeout=True,
        watch_filter=lambda _, path: is_source(Path(path)),
        raise_interrupt=True,
    ):
        yield [Path(path) for _, path in changes]


def _with_news_of(declared: Path, changes: Iterable[list[Path]]) -> Iterator[list[Path]]:
    """The changes, and a word when the system file is another: watching does not take it up."""
    before = _written(declared)
    for paths in changes:
        if (now := _written(declared)) != before:
            before = now
            console.say(f"{declared.name} has changed: `mscli up -d` takes it up")
        if paths:
            yield paths


def _written(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def _restart(place: Place, plan: Plan, paths: Iterable[Path]) -> None:
    from mscli.cli.failures import show_failure
    from mscli.runtimes.processes import operate
    from mscli.runtimes.processes.watching import affected

    for workload, path in affected(plan, paths).items():
        cause = f"{path.name} changed"
        processes = [*operate.stale_tasks(plan, workload), *plan.replicas(workload)]
        try:
            failures = operate.start(
                place, plan, processes, console.Progress(workload), restart=True, cause=cause
            )
        except MscliError as error:
            console.fail(error)
            continue
        for failure in failures:
            show_failure(failure)
