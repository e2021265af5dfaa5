"""`mscli rm`: services, routes, calls and sagas that go."""

from __future__ import annotations

from typing import Annotated

import typer

from mscli import console
from mscli.cli import changes, completion
from mscli.cli.change_options import DryRun, Force, Json, ServiceName, Trust

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    help="Remove a service, a route, a call or a saga.",
)

Purge = Annotated[bool, typer.Option("--purge", help="Remove the code too, whoever wrote it.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before code is removed.")]


@app.command(short_help="Take a service out of the system.")
def service(
    name: ServiceName = None,
    purge: Purge = False,
    yes: Yes = False,
    trust: Trust = False,
    force: Annotated[
        bool, typer.Option("--force", help="Remove the calls of other services to it as well.")
    ] = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Take a service and its routes out of the system. Its code stays unless --purge is given.

    A service that others call is refused; --force removes their calls as well.

    Example: mscli rm service orders --dry-run
    """
    from mscli import systemfile
    from mscli.scaffold.services import remove_service

    root = changes.root()
    name = changes.required(name, "NAME")
    if purge and not dry_run:
        changes.sure(f"Remove the service {name} with all its code?", yes=yes)
    before = systemfile.read(root / systemfile.FILE_NAME).system.services.get(name)
    outcome = remove_service(root, name, purge=purge, trust=trust, force=force, dry_run=dry_run)
    changes.show(outcome, root.name, dry_run=dry_run, json=json)
    _say_what_stays("its code", gone=purge or dry_run)
    if before is not None and before.database and not dry_run:
        console.say(
            f"so do its tables and rows: a new {name} has them, until `mscli db reset {name}`"
        )
    changes.apply_live(root, dry_run=dry_run)


@app.command(short_help="Publish nothing at a path any more.")
def route(
    path: Annotated[
        str | None,
        typer.Argument(
            help="The route's path.", show_default=False, autocompletion=completion.routes
        ),
    ] = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Publish nothing at a path any more; a running system takes it up at once.

    Example: mscli rm route /orders
    """
    from mscli.scaffold.routes import remove_route

    root = changes.root()
    outcome = remove_route(root, changes.required(path, "PATH"), dry_run=dry_run)
    changes.show(outcome, root.name, dry_run=dry_run, json=json)
    changes.apply_live(root, dry_run=dry_run)


@app.command(short_help="Let one service no longer call another.")
def call(
    caller: ServiceName = None,
    callee: ServiceName = None,
    purge: Purge = False,
    yes: Yes = False,
    trust: Trust = False,
    dry_run: DryRun = False,
    force: Force = False,
    json: Json = False,
) -> None:
    """Let one service no longer call another. The client's code stays unless --purge is given.

    Tests of it that nobody has changed go.

    Example: mscli rm call orders payments
    """
    from mscli.scaffold.calls import remove_call

    root = changes.root()
    caller, callee = changes.required(caller, "CALLER"), changes.required(callee, "CALLEE")
    if purge and not dry_run:
        changes.sure(f"Remove the code of {caller} that is there for {callee}?", yes=yes)
    outcome = remove_call(
        root, caller, callee, purge=purge, trust=trust, force=force, dry_run=dry_run
    )
    changes.show(outcome, root.name, dry_run=dry_run, json=json)
    _say_what_stays("the client's code", gone=purge or dry_run)
    changes.apply_live(root, dry_run=dry_run)


@app.command()
def saga(
    name: Annotated[
        str | None,
        typer.Argument(
            help="The saga to remove.", show_default=False, autocompletion=completion.sagas
        ),
    ] = None,
    purge: Purge = False,
    yes: Yes = False,
    trust: Trust = False,
    dry_run: DryRun = False,
    force: Force = False,
    json: Json = False,
) -> None:
    """Take a saga out of the system. The code of its steps stays unless --purge is given.

    Its tests and its worker go, where nobody has changed them. Migrations always stay.

    Example: mscli rm saga place-order
    """
    from mscli.scaffold.sagas import remove_saga

    root = changes.root()
    name = changes.required(name, "NAME")
    if purge and not dry_run:
        changes.sure(f"Remove the code of the saga {name} from its services?", yes=yes)
    outcome = remove_saga(root, name, purge=purge, trust=trust, force=force, dry_run=dry_run)
    changes.show(outcome, root.name, dry_run=dry_run, json=json)
    _say_what_stays("the code of its steps", gone=purge or dry_run)
    changes.apply_live(root, dry_run=dry_run)


def _say_what_stays(what: str, *, gone: bool) -> None:
    if not gone:
        console.say(f"{what} stays where it is; --purge would have removed it")
