"""`mscli migrate record` and `verify`: requests kept, and asked again of both sides."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mscli import console
from mscli.cli import completion, containers, here
from mscli.cli.migrate_verdicts import say_left_out, show
from mscli.errors import MscliError, NotReady, UsageError

if TYPE_CHECKING:
    from mscli.migrate.strangler.standing import Part
    from mscli.migrate.verify.comparing import Comparison
    from mscli.migrate.verify.recording import Recording
    from mscli.migrate.verify.written import Notes, Written
    from mscli.model.process import Plan, Process
    from mscli.runtimes.processes.place import Place

LATE = 0.5
"""Seconds that what is mirrored may come after its answer."""
Monolith = Annotated[str, typer.Option(help="The service that the monolith is.")]


def record(
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="Only these routes.", autocompletion=completion.routes),
    ] = None,
    duration: Annotated[str, typer.Option("--for", help="How long: 30s, 5m, 1h.")] = "60s",
    count: Annotated[
        int | None, typer.Option(min=1, help="End after so many requests.", show_default=False)
    ] = None,
    keep: Annotated[str, typer.Option(help="The recording is removed after this time.")] = "24h",
    drop: Annotated[
        list[str] | None,
        typer.Option(help="A header, parameter or field that is not kept; repeatable."),
    ] = None,
) -> None:
    """Record requests at the gateway of a running system, to be asked again by `verify`.

    The gateway mirrors them: their answers are neither delayed nor changed. Credentials
    (Authorization, cookies, API keys, fields such as password and token) and what --drop names are
    not kept. The file is private to you, and removed when its time is over. Ctrl-C ends it.

    Example: mscli migrate record /orders --for 5m --drop email
    """
    from mscli.migrate.verify.recorder import LONGEST, Recorder
    from mscli.migrate.verify.recording import begin
    from mscli.migrate.verify.redaction import redaction
    from mscli.model.route_paths import alternatives
    from mscli.runtimes.processes import mirror

    seconds, kept = _seconds(duration, "--for"), _seconds(keep, "--keep")
    place, plan = _running()
    wanted = [each.rstrip("/") or "/" for path in paths or () for each in alternatives(path)]
    folder = _folder(place)
    recorder = Recorder(begin(folder, kept), redaction(drop or ()), count)
    recorder.start()

    def mirrored() -> tuple[str, ...]:
        return mirror.begin(place, plan, wanted, recorder.url, LONGEST)

    try:
        found = mirrored()
        if missing := [path for path in wanted if path not in found]:
            raise UsageError(f"no route '{missing[0]}'", "there is: " + ", ".join(plan.urls))
        console.say(f"recording {', '.join(found) or 'nothing'}; Ctrl-C ends it")
        with suppress(KeyboardInterrupt):
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline and not recorder.full.wait(0.2):
                mirrored()  # routes that were written meanwhile have taken it away
    finally:
        mirror.end(place, plan)
        time.sleep(LATE)
        recorder.stop()
    _say_what(recorder.recording, keep)


def _say_what(recording: Recording, keep: str) -> None:
    if not recording.count:
        raise MscliError("no request came", "send some while it records, or record for longer")
    console.out(str(recording.path))
    console.say(f"{recording.count} requests, kept for {keep}; compare: mscli migrate verify")


def verify(
    recording: Annotated[
        Path | None, typer.Argument(help="A recording; without it the last one.")
    ] = None,
    service: Annotated[
        str,
        typer.Option(
            "--to",
            help="The service, or gateway; without it the service that shares the routes.",
            autocompletion=completion.services,
            show_default=False,
        ),
    ] = "",
    path: Annotated[str, typer.Option(help="Only requests below this path.")] = "",
    writes: Annotated[
        bool,
        typer.Option("--writes", help="Also requests that write: on copies of both databases."),
    ] = False,
    header: Annotated[
        list[str] | None,
        typer.Option(help="'Name: value' that each request is sent with; repeatable."),
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(help="A field, header or table; repeatable.")
    ] = None,
    monolith: Monolith = "monolith",
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Ask recorded requests of the monolith and of the service, and compare the answers.

    Status, headers that matter, bodies: the order of keys, moments of the replay and tokens that
    each side draws are set aside. A service is asked for the routes that boundaries.yaml gives it,
    and for what the gateway sends to it; those that are a 501 yet are named, with why. With
    --writes every request is asked, in the order in which they came, of both services started
    beside on copies of both databases, and the rows that each request writes are compared, too.
    With --to gateway what callers get is compared with what the monolith answers itself. Exit code
    1 where something differs.

    Example: mscli migrate verify --to orders --path /orders
    """
    from mscli.migrate.strangler.owners import Owners
    from mscli.migrate.strangler.paths import spelt_out
    from mscli.migrate.strangler.unanswered import unwritten
    from mscli.migrate.verify.comparing import Comparison
    from mscli.migrate.verify.recording import newest, read
    from mscli.migrate.verify.replaying import GATEWAY, Choice, replay

    place, plan = _running()
    folder = _folder(place)
    kept = read(recording or newest(folder))
    system = here.system()
    owned = _owned()
    named = [share.service for route in system.routes for share in route.known]
    to = service or _partner(plan, named, monolith)
    if to == GATEWAY and writes:
        raise UsageError("--writes does not go with --to gateway", "there are no copies behind it")
    ignored = frozenset(name.lower() for name in ignore or ())
    path = spelt_out(path, next((part.languages for part in owned.values()), ()))
    gaps = unwritten(here.root(), system, owned.get(to), to) if to in system.services else {}
    choice = Choice(system, monolith, to, path, Owners(owned if to in owned else {}), gaps)
    chosen = list(choice.cases(kept.requests))
    asked = [case for case in chosen if writes or case.is_safe]
    left_out = choice.not_asked(kept.requests, chosen, writes=writes)
    if not asked:
        say_left_out(left_out)
        raise MscliError(
            f"no recorded request is answered by both {monolith} and {to}",
            "--path says below which path; --writes compares those that write, too",
        )
    comparison = Comparison(ignored, fresh=writes)
    with _sides(place, plan, (monolith, to), comparison, writes=writes) as (urls, written):
        verdicts = list(replay(asked, urls, comparison, _headers(header or ()), written))
    show(verdicts, left_out, to, json=json)


def _owned() -> Mapping[str, Part]:
    """What each service is to own, and what stays; nothing without a file of boundaries."""
    from mscli.migrate.strangler import parts

    file = parts.found(here.root(), None)
    return {**parts.read(file), "the monolith": parts.staying(file)} if file else {}


def _running() -> tuple[Place, Plan]:
    from mscli.runtimes.processes.status import is_up

    containers.refuse(
        "mscli migrate record and verify",
        "the gateway cannot reach the recorder, nor mscli a service",
    )
    place = here.place()
    plan = here.plan(place)
    if not is_up(place):
        raise NotReady("the system is not up", "`mscli up -d` brings it up")
    return place, plan


def _folder(place: Place) -> Path:
    """Where recordings are; those whose time is over are removed first."""
    from mscli.migrate.verify.recording import FOLDER, forget_expired

    folder = place.file(FOLDER)
    for gone in forget_expired(folder):
        console.say(f"expired and removed: {gone.name}")
    return folder


def _seconds(text: str, option: str) -> float:
    from mscli.systemfile.quantities import seconds

    try:
        found = seconds(text)
    except ValueError as error:
        raise UsageError(f"{option} {error}, not '{text}'", "such as 30s, 5m or 1h") from error
    if not isinstance(found, int | float) or found <= 0:
        raise UsageError(f"{option} must be more than 0, not '{text}'", "such as 30s, 5m or 1h")
    return float(found)


def _partner(plan: Plan, named: Sequence[str], monolith: str) -> str:
    """The one service beside the monolith that has a share of a route with it."""
    others = sorted({name for name in named if name != monolith and plan.replicas(name)})
    if len(others) == 1:
        return others[0]
    there = f"there is: {', '.join(others)}" if others else "no route has another service yet"
    raise UsageError("which service is to be compared? --to SERVICE", there)


def _headers(pairs: Sequence[str]) -> Mapping[str, str]:
    found = {}
    for pair in pairs:
        name, colon, value = pair.partition(":")
        if not colon or not name.strip():
            raise UsageError(f"'{pair}' is no header", "write it as 'Name: value'")
        found[name.strip()] = value.strip()
    return found


def _replica(plan: Plan, name: str) -> Process:
    replicas = plan.replicas(name)
    if not replicas:
        raise UsageError(f"no service '{name}' is up", "there is: mscli ps")
    return replicas[0]


@contextmanager
def _sides(
    place: Place, plan: Plan, names: tuple[str, str], comparison: Comparison, *, writes: bool
) -> Iterator[tuple[tuple[str, str], Written | None]]:
    """The base URLs of both sides, and with copies what they write."""
    if not writes:
        yield (_url(plan, names[0]), _url(plan, names[1])), None
        return
    one, other = (_replica(plan, name) for name in names)
    from mscli.migrate.strangler.stores import named_file
    from mscli.migrate.verify.copies import copy_of
    from mscli.migrate.verify.written import Written
    from mscli.runtimes.processes.psql import databases_of

    databases = databases_of(place, plan)
    with ExitStack() as stack:
        console.say("starting both on copies of their databases")
        services = here.system().services

        def copy(process: Process) -> tuple[str, Notes]:
            service = services[process.workload]
            named = named_file(here.root(), service, services)
            return stack.enter_context(copy_of(databases, service, process, named))

        (first, theirs), (second, ours) = copy(one), copy(other)
        yield (first, second), Written(theirs, ours, comparison, comparison.ignored)


def _url(plan: Plan, name: str) -> str:
    from mscli.migrate.verify.replaying import GATEWAY
    from mscli.runtimes.processes.readiness import is_ready

    if name == GATEWAY:
        return next(iter(plan.urls.values()))
    process = _replica(plan, name)
    if not is_ready(process):
        raise NotReady(f"{process.workload} is not ready", "`mscli up -d` brings it up")
    return f"http://127.0.0.1:{process.ports['http']}"
