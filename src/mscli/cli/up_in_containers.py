"""`mscli up` where a copy of the system runs in containers, here or in a cluster."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from mscli import console
from mscli.cli.containers import down, meant, raise_for, refuse_if_up
from mscli.cli.interrupts import interrupted_by_signals
from mscli.cli.log_lines import follow_containers
from mscli.errors import NotReady, UsageError

if TYPE_CHECKING:
    from threading import Event

    from mscli.model.system import System
    from mscli.runtimes.choice import Choice
    from mscli.runtimes.processes.place import Place
    from mscli.runtimes.runtime import Runtime, Wanted

    Beside = Callable[[Runtime, Event], None]
    """What runs in a thread of its own until the event is set."""


def chosen_for(system: System, place: Place, name: str, options: Mapping[str, str]) -> Runtime:
    """The runtime to bring a copy up with: what is remembered of it, else a new one.

    Raises UsageError for an option that the runtime does not have, and for a copy that is up
    elsewhere.
    """
    from mscli.runtimes.choice import Choice, remembered
    from mscli.runtimes.processes import bindings as binding
    from mscli.runtimes.runtime import runtime_of

    known = remembered(place.root, place.system_id if place.is_copy else "")
    port = system.gateway.port
    if place.is_copy:
        port = known.port if known else binding.free_port(f"{place.system_id}/gateway")
    if known is None or known.system_id != place.system_id:
        known = Choice(name, place.system_id, port)
    kept = known.options if known.runtime == name else {}
    choice = known._replace(runtime=name, port=port, options={**kept, **options})
    runtime = runtime_of(place, choice)
    for option in options:
        if option not in runtime.options:
            raise UsageError(f"--{option} is nothing that the runtime {name} knows")
    if known.runtime == name and not _moves(runtime, kept):
        return runtime
    refuse_if_up(runtime_of(place, known))
    return runtime_of(place, choice._replace(built={}))


def _moves(runtime: Runtime, kept: Mapping[str, str]) -> bool:
    """Whether an option names another place than the remembered one."""
    now = runtime.choice.options
    return any(
        says_where and kept.get(option) not in (None, now.get(option))
        for option, says_where in runtime.options.items()
    )


def up(system: System, runtime: Runtime, wanted: Wanted, *, only_changes: bool = False) -> None:
    """Write what is rendered, and bring it up with live progress, of all or `only_changes`."""
    from mscli.scaffold.rendering import render_into

    _refuse_if_up_as_processes(runtime.place)
    runtime.check(system, wanted)
    outcome = render_into(runtime.place.root, system, runtime.target)
    for warning in outcome.warnings:
        console.warn(warning)
    if outcome.changes:
        console.say("rendered: " + ", ".join(change.path for change in outcome.changes))
    with console.Progress(f"{system.name} comes up") as progress:
        shown = progress.of_changes if only_changes else progress
        failures = runtime.up(system, wanted, shown)
    raise_for(failures)


def _refuse_if_up_as_processes(place: Place) -> None:
    from mscli.runtimes.processes.status import is_up

    if is_up(place):
        raise UsageError(
            "the system is up as processes of this machine", "`mscli down` takes it down"
        )


def scale(runtime: Runtime, system: System, replicas: Mapping[str, int]) -> None:
    """`mscli scale`: the number is remembered by the runtime.

    Where a part of the system can come up, what the others are made of is not looked at.
    """
    from mscli.assemble.chosen import part_of
    from mscli.render import stack_for
    from mscli.runtimes.runtime import Wanted

    meant(runtime, ())
    only = part_of(stack_for(system, runtime.target), replicas) if runtime.in_parts else ()
    up(system, runtime, Wanted(replicas, only=only), only_changes=True)


def up_and_stay(
    system: System, runtime: Runtime, wanted: Wanted, *, stays: bool, beside: Beside | None
) -> None:
    """`mscli up`; with `stays` it follows the logs, and Ctrl-C takes the system down.

    `beside` runs meanwhile.
    """
    place = runtime.place
    try:
        with interrupted_by_signals():
            up(system, runtime, wanted)
            urls(system, runtime.choice)
            names = f" -p {place.system_id}" if place.is_copy else ""
            console.say(f"watch it:     mscli ps{names}, mscli logs -f{names}")
            console.say(f"take it down: mscli down{names}")
            if stays:
                console.say("following the logs; Ctrl-C takes the system down")
                _attach(runtime, beside)
    except (KeyboardInterrupt, NotReady) as error:
        if wanted.abort or isinstance(error, KeyboardInterrupt):
            take_down_again(runtime, agreed=wanted.agreed)
        raise


def _attach(runtime: Runtime, beside: Beside | None) -> None:
    from threading import Event, Thread

    ended = Event()
    if beside is not None:
        Thread(target=beside, args=(runtime, ended), daemon=True).start()
    try:
        follow_containers(runtime, ended)
    finally:
        ended.set()


def take_down_again(runtime: Runtime, *, agreed: bool) -> None:
    """After Ctrl-C: down, but not where that has to be asked for, unless it was agreed to."""
    from mscli.runtimes.choice import remembered

    place = runtime.place
    if remembered(place.root, place.system_id if place.is_copy else "") is None:
        return  # nothing was begun
    doomed = runtime.doomed(volumes=False)
    if doomed.question and not agreed:
        console.say(f"what is there stays in {doomed.where}; mscli down removes it")
        return
    console.say("stopping")
    down(runtime, volumes=False, patience=None)


def urls(system: System, choice: Choice) -> None:
    """Every route with its URL, on stdout."""
    width = max((len(route.path) for route in system.routes), default=0)
    for route in system.routes:
        console.out(f"{route.path:<{width}}  http://127.0.0.1:{choice.port}{route.paths[0]}")
