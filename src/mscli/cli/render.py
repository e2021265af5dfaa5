"""`mscli render`: the files that a runtime runs, written without running them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mscli import console
from mscli.cli import changes, here
from mscli.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from mscli.model.stack import Stack
    from mscli.model.system import System

app = typer.Typer(rich_markup_mode=None, add_completion=False)


def _targets() -> list[str]:
    from mscli.render import TARGETS

    return list(TARGETS)


@app.command()
def render(
    target: Annotated[
        str,
        typer.Argument(
            help="compose, kubernetes, helm or processes. Without one, what is committed.",
            autocompletion=_targets,
            show_default=False,
        ),
    ] = "",
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; exit 1 with a diff if files are out of date."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be written.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite rendered files that you changed.")
    ] = False,
    env: Annotated[
        str,
        typer.Option(
            "--env", help="Print every object of one environment instead (kubernetes only)."
        ),
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    project: here.Project = "",
) -> None:
    """Write the files that a runtime runs, without running them.

    compose: compose.yaml and what it mounts, to be committed; they need nothing of mscli to run.
    kubernetes: a Kustomize base, and an overlay for each environment, under kubernetes/.
    helm: a chart of the same objects, under helm/.
    processes: start scripts and configuration of this machine, under .mscli/local.

    Example: mscli render compose
    """
    from mscli.render import COMMITTED, TARGETS, stack_for, warnings_of

    if target and target not in TARGETS:
        raise UsageError(f"no target '{target}' in this version", "there is: " + ", ".join(TARGETS))
    system, root = here.system(), here.root()
    chosen = (target,) if target else _rendered_before(root)
    stacks = {name: stack_for(system, name) for name in chosen}
    for name, stack in stacks.items():
        for warning in warnings_of(stack, name):
            console.warn(warning)
    if env:
        _print(root, system, target, env)
        return
    if check:
        _check(root, system, tuple(name for name in chosen if name in COMMITTED))
        return
    for name in chosen:
        if name in COMMITTED:
            _commit(root, system, name, force=force, dry_run=dry_run, json=json)
        else:
            _local(system, stacks[name], dry_run=dry_run, json=json, project=project)


def _rendered_before(root: Path) -> tuple[str, ...]:
    from mscli.scaffold.rendering import rendered_before

    return rendered_before(root) or ("processes",)


def _print(root: Path, system: System, target: str, environment: str) -> None:
    """One environment as one text, for `kubectl apply -f -`."""
    from mscli.render import environments_of, stream_of
    from mscli.scaffold.rendering import read_digests

    if target != "kubernetes":
        raise UsageError("--env is for kubernetes", "mscli render kubernetes --env production")
    known = environments_of(system)
    if environment not in known:
        raise UsageError(
            f"no environment '{environment}' in mscli.yaml", "there is: " + ", ".join(known)
        )
    console.out(stream_of(system, environment, read_digests(root)).rstrip("\n"))


def _check(root: Path, system: System, targets: tuple[str, ...]) -> None:
    """A diff on stdout and exit code 1, if what is committed is not what the model renders."""
    from mscli.scaffold.rendering import differences

    if not targets:
        raise UsageError(
            "there is nothing to check: no rendered files are committed here",
            "mscli render compose writes some",
        )
    found = [each for name in targets for each in differences(root, system, name)]
    for difference in found:
        console.out(difference.diff().rstrip("\n"))
    if found:
        console.say(
            f"{len(found)} of the rendered files are not what mscli.yaml says; "
            f"write them anew: mscli render {targets[0] if len(targets) == 1 else ''}".rstrip()
        )
        raise typer.Exit(1)
    console.say(f"up to date: {', '.join(targets)}")


def _commit(
    root: Path, system: System, target: str, *, force: bool, dry_run: bool, json: bool
) -> None:
    from mscli.scaffold.rendering import render_into

    outcome = render_into(root, system, target, force=force, dry_run=dry_run)
    if not outcome.changes and not json:
        console.say(f"{target}: up to date; nothing changed")
    changes.show(outcome, root.name, dry_run=dry_run, json=json)


def _local(system: System, stack: Stack, *, dry_run: bool, json: bool, project: str) -> None:
    """The processes' files, which belong to this machine."""
    from mscli.runtimes.processes import bindings as binding
    from mscli.runtimes.processes.changing import changing
    from mscli.runtimes.processes.rendering import files_of, write

    place = here.place_for(system, project)
    bindings = binding.choose(stack, place, {}, isolated=place.is_copy)
    files = files_of(place, stack, bindings)
    paths = [str(place.file(file.path).relative_to(place.root)) for file in files]
    if json:
        console.out_json([{"path": path, "verb": "write"} for path in paths])
    elif dry_run:
        console.tree(str(place.state), [(file.path, "write") for file in files])
    if not dry_run:
        with changing(place):
            write(place, files)
            binding.remember(place, bindings)
    if not dry_run and not json:
        console.out("\n".join(paths))
