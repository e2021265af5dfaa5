"""`mscli up`: the whole system on real engines, and what it looks like while it comes up."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from mscli import console
from mscli.cli import containers, here, up_in_containers
from mscli.cli import up_options as option
from mscli.cli.interrupts import NOBODY_READS, interrupted_by_signals
from mscli.errors import MscliError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mscli.model.system import System
    from mscli.runtimes.processes.place import Place
    from mscli.runtimes.processes.up import Result, Wish

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def up(
    services: option.Services = None,
    detach: option.Detach = False,
    wait: option.WaitToo = False,
    wait_timeout: option.WaitTimeout = None,
    scale: option.Scale = None,
    leave_out: option.Except = None,
    isolated: option.Isolated = False,
    watch: option.Watch = False,
    abort_on_failure: option.AbortOnFailure = False,
    runtime: option.Runtime = "",
    context: option.Context = "",
    registry: option.Registry = "",
    yes: option.Yes = False,
    project: here.Project = "",
) -> None:
    """Bring the system up on real engines: databases, migrations, services, gateway.

    Each process starts as soon as what it waits for is ready. Doing it again starts only what is
    missing and restarts only what changed. Without -d the logs follow; Ctrl-C takes all down.
    With SERVICES only these come up, with the gateway, whom they call and what they wait for.

    Example: mscli up -d --scale payments=2
    """
    from mscli.cli.watch import watch_containers
    from mscli.runtimes.choice import PROCESSES
    from mscli.runtimes.processes.place import isolated_place
    from mscli.runtimes.processes.up import Wish
    from mscli.runtimes.runtime import Wanted
    from mscli.scaffold.answers import behind

    system, root = here.system(), here.root()
    for sentence in behind(root, system):
        console.warn(sentence)
    _recover(root)
    place = isolated_place(root, system.name) if isolated else here.place_for(system, project)
    without = _left_out(leave_out or [], system)
    replicas = _replicas(scale or [], system)
    stays = not (detach or wait)
    if watch and not stays:
        raise UsageError("--watch does not go with --detach", "mscli watch watches what is up")
    chosen = runtime or containers.remembered_name(place) or PROCESSES
    named = {"context": context, "registry": registry}
    options = {name: value for name, value in named.items() if value}
    if chosen == PROCESSES:
        if options:
            raise UsageError(f"--{next(iter(options))} needs --runtime kubernetes")
        only = _part(services or [], system, PROCESSES)
        wish = Wish(replicas, without, only, wait_timeout, place.is_copy)
        _up(system, place, wish, stays=stays, watch=watch, abort=abort_on_failure)
        return
    if without:
        raise UsageError("--except is not in this version in containers")
    elsewhere = up_in_containers.chosen_for(system, place, chosen, options)
    only = _part(services or [], system, elsewhere.target)
    wanted = Wanted(replicas, wait_timeout, frozenset(options), yes, abort_on_failure, only)
    beside = watch_containers if watch else None
    up_in_containers.up_and_stay(system, elsewhere, wanted, stays=stays, beside=beside)


def _left_out(names: list[str], system: System) -> tuple[str, ...]:
    for name in names:
        if name not in system.services:
            raise UsageError(f"--except {name}: no such service", _known(name, system.services))
    return tuple(names)


def _part(names: list[str], system: System, target: str) -> tuple[str, ...]:
    """The workloads that services need which are named; none where all are meant."""
    from mscli.assemble.chosen import part_of
    from mscli.render import stack_for

    for name in names:
        if name not in system.services:
            raise UsageError(f"there is no service '{name}'", _known(name, system.services))
    return part_of(stack_for(system, target), names) if names else ()


def _up(system: System, place: Place, wish: Wish, *, stays: bool, watch: bool, abort: bool) -> None:
    refuse_windows()
    containers.leave(place)
    with interrupted_by_signals():
        try:
            _bring_up(system, place, wish, abort=abort)
            if stays:
                _attach(place, watch=watch)
        except KeyboardInterrupt:
            _stop(place)
            raise


def bring_up(system: System, place: Place, wish: Wish, *, only_changes: bool = False) -> Result:
    """Bring a system up with live progress, of all or `only_changes`; raises the error of what did
    not become ready.
    """
    from mscli.cli.failures import raise_for
    from mscli.runtimes.processes.up import bring_up as run

    with console.Progress(f"{system.name} comes up") as progress:
        result = run(system, place, wish, progress.of_changes if only_changes else progress)
    raise_for(result.failures)
    return result


def _bring_up(system: System, place: Place, wish: Wish, *, abort: bool) -> None:
    try:
        result = bring_up(system, place, wish)
    except MscliError:
        if abort:
            _stop(place)
        raise
    _conclude(result, system, place, wish)


def _conclude(result: Result, system: System, place: Place, wish: Wish) -> None:
    """The last words of a success: URLs, and one line each on what to do next."""
    plan = result.plan
    if not result.decisions.changes_something:
        console.say("up already; nothing changed")
    else:
        console.say(f"up in {result.seconds:.1f} s")
    # With --except the environment is the product, and can be read by a shell as it is.
    show = console.say if wish.without else console.out
    width = max(map(len, plan.urls), default=0)
    for route, url in plan.urls.items():
        show(f"{route:<{width}}  {url}")
    names = f" -p {place.system_id}" if place.is_copy else ""
    for what, how in _next_steps(result, system, names):
        console.say(f"{what + ':':<19} {how}")
    for name in wish.without:
        _show_environment(result, name)


def _next_steps(result: Result, system: System, names: str) -> Iterator[tuple[str, str]]:
    """What one may want to see of it now, and how."""
    from mscli.cli.browse import pages

    yield "watch it", f"mscli ps{names}, mscli logs -f{names}"
    made = {name for name, service in system.services.items() if service.is_made and service.calls}
    up = [decision.process for decision in result.decisions.steps]
    for caller in [process for process in up if process.workload in made][:1]:
        callee = next(n for n in caller.environment if n.endswith("_URL") and n.startswith("CALL_"))
        called = callee.removeprefix("CALL_").removesuffix("_URL").lower().replace("_", "-")
        wiring = f"http://127.0.0.1:{caller.ports['http']}/wiring"
        yield (
            "see a breaker trip",
            f"mscli stop {called}{names}, call {caller.workload} a few times, curl {wiring}",
        )
    owners = {saga.owner for saga in system.sagas.values()}
    if owners & {process.workload for process in up}:
        shown = [f"mscli open {page}{names}" for page in pages(system, result.plan)]
        yield "see sagas run", ", ".join([f"mscli saga ls{names}", *shown])
    yield "take it down", f"mscli down{names}"


def _show_environment(result: Result, name: str) -> None:
    """What an editor needs to run the service that was left out, as if it were ours."""
    import shlex

    from mscli.runtimes.processes.operate import environment_of

    for process in result.plan.replicas(name)[:1]:
        console.say(f"run {name} yourself in {process.folder} with this environment:")
        for variable, value in environment_of(process).items():
            console.out(f"export {variable}={shlex.quote(value)}")


def _replicas(pairs: list[str], system: System) -> dict[str, int]:
    from mscli.assemble.services import scalable

    return dict(replicas_of(pair, scalable(system)) for pair in pairs)


def _known(name: str, services: Iterable[str]) -> str:
    from mscli.systemfile.places import did_you_mean

    return did_you_mean(name, services) or "there is: " + (", ".join(services) or "nothing")


def replicas_of(pair: str, services: list[str]) -> tuple[str, int]:
    """`SERVICE=N` as a pair. Raises UsageError for anything else."""
    from mscli.model.system import MOST_REPLICAS

    name, _, count = pair.partition("=")
    if name not in services:
        raise UsageError(f"no service '{name}'", _known(name, services))
    if not count.isdecimal():
        raise UsageError(f"'{pair}' is not SERVICE=REPLICAS", f"such as {name}=2")
    if int(count) > MOST_REPLICAS:
        raise UsageError(f"'{pair}' is too many", f"{name}={MOST_REPLICAS} at most")
    return name, int(count)


def _attach(place: Place, *, watch: bool) -> None:
    """Follow the logs until Ctrl-C; the system goes down with it, as with Compose."""
    from threading import Event, Thread

    from mscli.cli.log_lines import follow

    console.say("following the logs; Ctrl-C takes the system down")
    ended = Event()
    if watch:
        from mscli.cli.watch import watch_until

        Thread(target=watch_until, args=(place, ended), daemon=True).start()
    try:
        follow(place, ended)
    except OSError as error:
        if error.errno not in NOBODY_READS:
            raise
        raise KeyboardInterrupt from error
    finally:
        ended.set()


def _stop(place: Place) -> None:
    from mscli.cli.down import take_down

    console.say("stopping")
    signal.signal(signal.SIGINT, lambda *_: _force(place))
    take_down(place, volumes=False, patience=None)


def _force(place: Place) -> None:
    """The second Ctrl-C: no grace any more."""
    import os

    from mscli.runtimes.processes.sweep import kill_all

    console.say("killing")
    kill_all(place.system_id)
    console.show_cursor()
    os._exit(130)


def _recover(root: Path) -> None:
    from mscli.scaffold.transaction import recover

    recover(root)


def refuse_windows() -> None:
    """The processes runtime is for POSIX."""
    import os

    if os.name != "posix":
        raise MscliError(
            "the processes runtime needs Linux or macOS",
            "on Windows use WSL2; new, check, config, schema and render work here",
        )
