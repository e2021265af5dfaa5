"""`mscli new`: systems, services, routes, calls, sagas and pipelines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from mscli import console
from mscli.cli import changes, completion, here, new_call
from mscli.cli.change_options import DryRun, Force, Json, Trust

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    help="Make a system, a service, a route, a call, a saga or a pipeline.",
)

Template = Annotated[
    str,
    typer.Option("--template", help="python, a folder, URL@COMMIT, or none for code of its own."),
]
Name = Annotated[str | None, typer.Argument(help="The new service's name.", show_default=False)]
Prefix = Annotated[
    Literal["strip", "keep"],
    typer.Option("--prefix", help="Whether the service sees paths without the route's prefix."),
]


@app.command(short_help="Make a new system.")
def system(
    name: Annotated[
        str | None, typer.Argument(help="The system's name, or a path that ends with it.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="The gateway's public port.")] = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Make a new system: a folder with mscli.yaml and what git and editors need beside it.

    The folder appears at once and whole, or not at all. It must not exist, or be empty.

    Example: mscli new system shop
    """
    from mscli.scaffold.systems import new_system

    destination = Path(changes.required(name, "NAME"))
    if around := _system_around(destination):
        console.warn(f"{destination} is inside of another system, {around}")
    outcome = new_system(destination, destination.name, port=port, dry_run=dry_run)
    changes.show(outcome, str(destination), dry_run=dry_run, json=json)
    if not dry_run:
        console.say(f"next: cd {destination} && mscli new service NAME")


def _system_around(destination: Path) -> Path | None:
    parents = destination.resolve().parents
    return next((folder for folder in parents if (folder / here.FILE_NAME).is_file()), None)


@app.command(short_help="Add a service, with its code.")
def service(
    name: Name = None,
    template: Template = "python",
    ref: Annotated[str, typer.Option("--ref", help="The commit of a template from a URL.")] = "",
    database: Annotated[
        Literal["postgres", "none"], typer.Option(help="The service's own database.")
    ] = "none",
    shares: Annotated[
        list[str] | None,
        typer.Option(
            help="Services whose databases it uses, too: a,b; repeatable.",
            autocompletion=completion.services,
        ),
    ] = None,
    calls: Annotated[
        list[str] | None,
        typer.Option(
            help="Services that it calls: a,b; repeatable.", autocompletion=completion.services
        ),
    ] = None,
    route: Annotated[
        list[str] | None, typer.Option("--route", help="Publish it at this path; repeatable.")
    ] = None,
    prefix: Prefix = "strip",
    port: Annotated[int | None, typer.Option(help="A fixed port on this machine.")] = None,
    command: Annotated[str, typer.Option(help="What starts it, if not the template's way.")] = "",
    migrate: Annotated[
        str, typer.Option(help="What makes its tables before it starts: python manage.py migrate.")
    ] = "",
    path: Annotated[
        str, typer.Option(help="Its folder, from here; services/NAME without.", metavar="FOLDER")
    ] = "",
    health: Annotated[
        str, typer.Option(help="The path that says it is ready, or tcp; /readyz without.")
    ] = "",
    trust: Trust = False,
    dry_run: DryRun = False,
    force: Force = False,
    json: Json = False,
) -> None:
    """Add a service: its lines in mscli.yaml, and its code from a template.

    Either all of it is written or nothing. A service or folder that exists already is refused.
    Code that is there already, in any language, joins with --template none, --path and --command.

    Example: mscli new service orders --database postgres --route /orders
    """
    from mscli.scaffold.services import NewService, new_service
    from mscli.scaffold.sources import named

    root = changes.root()
    wanted = NewService(
        changes.required(name, "NAME"),
        named(template, ref, root, Path.cwd()),
        None if database == "none" else database,
        _names(calls),
        tuple(route or ()),
        prefix,
        port,
        command,
        changes.from_root(root, path),
        health,
        migrate,
        _names(shares),
        trust=trust,
    )
    outcome = new_service(root, wanted, force=force, dry_run=dry_run)
    changes.show(outcome, root.name, dry_run=dry_run, json=json)
    if not (dry_run or changes.apply_live(root, dry_run=dry_run)):
        console.say("next: mscli up -d")


def _names(lists: list[str] | None) -> tuple[str, ...]:
    """The names of all lists such as `a,b`."""
    names = (name.strip() for text in lists or () for name in text.split(","))
    return tuple(name for name in names if name)


@app.command(short_help="Publish a service at a path.")
def route(
    path: Annotated[
        str | None, typer.Argument(help="Where it is published: /orders.", show_default=False)
    ] = None,
    to: Annotated[
        str | None,
        typer.Option("--to", help="The service behind it.", autocompletion=completion.services),
    ] = None,
    prefix: Prefix = "strip",
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Publish a service through the gateway at a path; a running system takes it up at once.

    With --prefix strip the service sees /7 for /orders/7, with keep it sees /orders/7.

    Example: mscli new route /orders --to orders
    """
    from mscli.scaffold.routes import new_route

    root = changes.root()
    path = changes.required(path, "PATH")
    to = changes.required(to, "--to SERVICE")
    outcome = new_route(root, path, to, prefix=prefix, dry_run=dry_run)
    changes.show(outcome, root.name, dry_run=dry_run, json=json)
    changes.apply_live(root, dry_run=dry_run)


app.command(short_help="Let one service call another.")(new_call.call)


@app.command(short_help="Make a saga, with its code.")
def saga(
    name: Annotated[
        str | None, typer.Argument(help="The new saga's name.", show_default=False)
    ] = None,
    owner: Annotated[
        str | None,
        typer.Option(help="The service that starts it.", autocompletion=completion.services),
    ] = None,
    steps: Annotated[
        str | None,
        typer.Option(help="The steps in order: service:action/compensation,service:action."),
    ] = None,
    style: Annotated[
        Literal["orchestration", "choreography"],
        typer.Option(help="Who leads: Temporal in the owner's worker, or events."),
    ] = "orchestration",
    trust: Trust = False,
    dry_run: DryRun = False,
    force: Force = False,
    json: Json = False,
) -> None:
    """Make a saga: its lines in mscli.yaml, and code in its owner and every participant.

    The first step without a compensation is the pivot; what follows is retried until it succeeds.
    Files of yours are never touched.

    Example: mscli new saga place-order --owner orders --steps stock:reserve/release,payments:charge
    """
    from mscli.scaffold.sagas import NewSaga, new_saga, steps_from

    root = changes.root()
    wanted = NewSaga(
        changes.required(name, "NAME"),
        changes.required(owner, "--owner SERVICE"),
        steps_from(changes.required(steps, "--steps STEPS")),
        style,
    )
    outcome = new_saga(root, wanted, trust=trust, force=force, dry_run=dry_run)
    changes.show(outcome, root.name, dry_run=dry_run, json=json)
    if not dry_run:
        _what_next(wanted.name)
    changes.apply_live(root, dry_run=dry_run)


@app.command(short_help="Make a pipeline for the system's repository.")
def ci(
    provider: Annotated[
        Literal["github", "gitlab"],
        typer.Argument(
            help="Whose pipeline: github or gitlab.", show_default=False, metavar="PROVIDER"
        ),
    ],
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Make a pipeline that lints and tests each service, checks what is rendered, builds the
    images, tests the system on Compose, and scans the images.

    What it does is in ci/*.sh, which run on any machine; tests/system is where end-to-end tests
    go. compose.yaml is rendered, too. Files of yours are never touched.

    Example: mscli new ci github
    """
    from importlib.metadata import version

    from mscli.scaffold.pipelines import new_pipeline

    root = changes.root()
    outcome = new_pipeline(root, provider, version("mscli"), dry_run=dry_run)
    changes.show(outcome, root.name, dry_run=dry_run, json=json)
    if not dry_run and not outcome.changes:
        console.say("nothing to write: all of it is there already")


def _what_next(name: str) -> None:
    """Which step decides, where the code goes, and how to see the saga run and be undone."""
    from mscli.cli import here

    system = here.system()
    saga = system.sagas[name]
    if (pivot := saga.pivot) is not None:
        console.say(f"pivot: {pivot.service}:{pivot.action}; once it is done, nothing is undone")
    files = f"services/*/src/*/sagas/{saga.module}_*.py"
    console.say(f"next: fill in {files}, then mscli up -d")
    route = next((route.paths[0] for route in system.routes if route.service == saga.owner), "")
    if route:
        url = f"http://127.0.0.1:{system.gateway.port}{route.rstrip('/')}/sagas/{name}"
        body = f'{{"refuse": "{saga.refusable[-1].action}"}}'
        console.say(f"see it undone: curl {url} -H 'Content-Type: application/json' -d '{body}'")
        console.say("               mscli saga ls")
    else:
        console.say(f"to start it from outside: mscli new route /{saga.owner} --to {saga.owner}")
