"""`mscli drill`: break a running system on purpose, and judge what has become of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from mscli import console
from mscli.cli import completion, containers, here
from mscli.errors import MscliError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mscli.drill.breaker import Course
    from mscli.drill.judge import Verdict
    from mscli.drill.local import LocalWorld
    from mscli.drill.plan import Drill
    from mscli.drill.run import Outcome
    from mscli.drill.world import Running
    from mscli.model.system import Saga, System

app = typer.Typer(rich_markup_mode=None, add_completion=False)

Name = Annotated[
    str,
    typer.Argument(help="The saga to start.", show_default=False, autocompletion=completion.sagas),
]
Sagas = Annotated[int, typer.Option("--sagas", min=1, help="How many to start.")]
Faults = Annotated[int, typer.Option("--faults", min=0, help="How many to inject.")]
Seed = Annotated[
    int | None,
    typer.Option("--seed", help="Decides which faults, where and when. Default: a new one."),
]
On = Annotated[
    list[str] | None,
    typer.Option(
        "--on",
        help="Only hit this service, engine or replica; repeatable.",
        autocompletion=here.workloads,
    ),
]
OfKind = Annotated[
    list[str] | None,
    typer.Option(
        "--kind", help="Only this kind of fault; repeatable.", autocompletion=completion.faults
    ),
]
BreakerOf = Annotated[
    str,
    typer.Option(
        "--breaker",
        help="Drill a circuit breaker instead: 'orders->payments'.",
        metavar="CALL",
        autocompletion=completion.calls,
    ),
]
Request = Annotated[
    str, typer.Option("--request", help="What makes the caller call, for --breaker.")
]
Patience = Annotated[
    float, typer.Option("--patience", help="Seconds to wait for quiet afterwards.")
]
Anywhere = Annotated[
    bool, typer.Option("--anywhere", help="Also where engines are not on this machine.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the faults, and break nothing.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def drill(
    saga: Name = "",
    sagas: Sagas = 30,
    faults: Faults = 12,
    seed: Seed = None,
    on: On = None,
    kind: OfKind = None,
    breaker: BreakerOf = "",
    request: Request = "",
    patience: Patience = 300.0,
    anywhere: Anywhere = False,
    dry_run: DryRun = False,
    json: Json = False,
    project: here.Project = "",
) -> None:
    """Start sagas, break the system meanwhile, wait until it is quiet, judge what is true then.

    Faults hit participants, the owner and its worker, Temporal or NATS, and PostgreSQL: kill,
    pause, slow, down, refuse, cut, lock; in Docker also disconnect. Judged are the invariants of
    mscli.yaml and some that are built in. Whatever is stopped is started again. Exits 1 when
    something is violated.

    With --breaker a called service is stopped until its caller's breaker opens, and started again:
    closed, open, half-open, closed, with the times that it took.

    Example: mscli drill place-order --sagas 30 --faults 12 --seed 7
    """
    from mscli.drill.plan import Size

    if bool(saga) == bool(breaker):
        raise UsageError(
            "name a saga or a --breaker", "mscli drill SAGA, or mscli drill --breaker 'a->b'"
        )
    system = here.system()
    if breaker:
        _drill_breaker(system, breaker, request, project, json=json)
        return
    declared = saga_of(system, saga)
    world = _world(system, declared, project, anywhere=anywhere)
    plan = _plan(world, declared, Size(sagas, faults), seed, (on or [], kind or []))
    if dry_run:
        _show_plan(plan, json=json)
        return
    outcome = _drill(system, world, plan, patience)
    _show(plan, outcome, json=json)
    _must_hold(outcome.verdicts)


def _world(system: System, saga: Saga, project: str, *, anywhere: bool) -> Running:
    """The running system. Raises MscliError when it is not up, or not all on this machine."""
    runtime = containers.in_docker("mscli drill", project)
    if runtime is None:
        return _processes(system, saga, project, anywhere=anywhere)
    from mscli.drill.in_docker import DockerWorld

    return DockerWorld(runtime.place, containers.meant(runtime, ()), saga)


def _processes(system: System, saga: Saga, project: str, *, anywhere: bool) -> LocalWorld:
    from mscli.drill.local import LocalWorld
    from mscli.runtimes.processes import operate

    place = here.place(project)
    plan = here.plan(place)
    operate.running_supervisor(place)
    world = LocalWorld(place, plan, saga)
    if not anywhere and (away := world.elsewhere(system)):
        raise MscliError(
            f"not all of this system is on this machine: {', '.join(away)}",
            "a drill breaks what it runs on; --anywhere says that this is meant",
        )
    return world


def _plan(
    world: Running,
    saga: Saga,
    size: tuple[int, int],
    seed: int | None,
    only: tuple[list[str], list[str]],
) -> Drill:
    import secrets

    from mscli.drill import plan

    targets = plan.narrowed(world.targets, *only)
    chosen = secrets.randbelow(10**6) if seed is None else seed
    return plan.drill(targets, plan.inputs_of(saga), plan.Size(*size), chosen)


def _drill(system: System, world: Running, plan: Drill, patience: float) -> Outcome:
    import secrets

    from mscli.cli.interrupts import interrupted_by_signals
    from mscli.drill import healer
    from mscli.drill.run import Runner

    journal = healer.journal_of(world.place)
    for fault in journal.heal_what_is_left(world):
        console.warn(f"an earlier drill has left something broken, which is mended now: {fault}")
    world.admit([query.service for one in system.invariants for query in one.queries])
    runner = Runner(world, world.saga, system.invariants, journal, console.say, patience)
    runner.must_be_sound()
    sizes = f"{len(plan.starts)} sagas {world.saga.name}, {len(plan.faults)} faults"
    console.say(f"seed {plan.seed}: {sizes}")
    with healer.beside(world.place), interrupted_by_signals():
        return runner.run(plan, secrets.token_hex(4))


def _drill_breaker(system: System, breaker: str, request: str, project: str, *, json: bool) -> None:
    course = _breaker(system, breaker, request, project)
    _show_course(breaker, course, json=json)
    _must_hold(course.verdicts)


def _breaker(system: System, text: str, request: str, project: str) -> Course:
    from mscli.cli.interrupts import interrupted_by_signals
    from mscli.drill import breaker, healer
    from mscli.drill.local_call import local_call
    from mscli.model.system import Saga

    parties = breaker.parties(text)
    if containers.of(project) is not None:
        raise UsageError(
            "the drill of a breaker is not in this version for a system in containers",
            "mscli drill SAGA is; or bring it up as processes: mscli up --runtime processes",
        )
    world = _processes(system, Saga("", "", ()), project, anywhere=True)
    journal = healer.journal_of(world.place)
    journal.heal_what_is_left(world)
    call = local_call(world, journal, system, parties, request)
    with healer.beside(world.place), interrupted_by_signals():
        return breaker.drill(call)


def saga_of(system: System, name: str) -> Saga:
    """A saga of the system. Raises UsageError for an unknown name."""
    if name not in system.sagas:
        there_are = ", ".join(system.sagas)
        hint = f"there is: {there_are}" if there_are else "make one: mscli new saga"
        raise UsageError(f"no saga '{name}'", hint)
    return system.sagas[name]


def _must_hold(verdicts: Iterable[Verdict]) -> None:
    broken = [verdict.name for verdict in verdicts if not verdict.holds]
    if broken:
        raise MscliError(f"violated: {', '.join(broken)}", "mscli saga ls, mscli logs")


def _show_plan(plan: Drill, *, json: bool) -> None:
    if json:
        console.out_json({"seed": plan.seed, "faults": [asdict(fault) for fault in plan.faults]})
        return
    console.say(f"seed {plan.seed}: with --seed {plan.seed} these are the faults")
    rows = [(str(f.number + 1), f.kind.value, f.target, f"{f.hold:.1f}s") for f in plan.faults]
    console.columns(("fault", "kind", "target", "held"), rows)


def _show(plan: Drill, outcome: Outcome, *, json: bool) -> None:
    if json:
        console.out_json({"seed": plan.seed, **asdict(outcome), "holds": outcome.holds})
        return
    kinds: dict[str, list[str]] = {}
    for fault in outcome.injected:
        kinds.setdefault(fault.kind.value, []).append(fault.target)
    console.columns(
        ("fault", "times", "on"),
        [(k, str(len(hit)), ", ".join(sorted(set(hit)))) for k, hit in sorted(kinds.items())],
    )
    console.out("")
    counts = [(state, str(count)) for state, count in outcome.counts.items()]
    refused = [("not started", str(outcome.refused))] if outcome.refused else []
    console.columns(("sagas", "count"), [*counts, *refused])
    if outcome.counts and "completed" not in outcome.counts:
        console.warn(
            "no saga was completed, so that little was tried: what they are started with is "
            "`drill: {inputs: [...]}` of the saga in mscli.yaml (why they fail: mscli saga ls)"
        )
    console.out("")
    _show_verdicts(outcome.verdicts)
    console.out("")
    console.out(
        f"{len(outcome.injected)} faults of {len(kinds)} kinds, seed {plan.seed}, "
        f"{outcome.seconds:.0f} s; quiet {outcome.quiet:.1f} s after all was mended"
    )


def _show_verdicts(verdicts: Iterable[Verdict]) -> None:
    rows = [(v.name, "yes" if v.holds else "NO", v.found) for v in verdicts]
    console.columns(("invariant", "holds", "found"), rows)
    for verdict in verdicts:
        for example in verdict.examples:
            console.out(f"    {verdict.name}: {example}")


def _show_course(text: str, course: Course, *, json: bool) -> None:
    if json:
        console.out_json({"call": text, **asdict(course), "holds": course.holds})
        return
    moments = [(0.0, "called service told to stop"), (course.ready, "called service ready")]
    moments += [(change.at, f"breaker {change.state}") for change in course.changes]
    console.columns(("at", "what"), [(f"{at:.2f}s", what) for at, what in sorted(moments)])
    console.out("")
    _show_verdicts(course.verdicts)
