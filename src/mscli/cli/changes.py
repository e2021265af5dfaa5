"""What the commands that change a system's files share: where it is, and what they show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from posixpath import commonpath
from typing import TYPE_CHECKING

import typer

from mscli import console
from mscli.errors import MissingProgram, UsageError

if TYPE_CHECKING:
    from mscli.scaffold.placing import Outcome

MANY = 6
"""So many files are listed one by one; of more, a person reads the folder's name."""


def root() -> Path:
    """The folder of the system that the current folder belongs to."""
    from mscli import systemfile

    return systemfile.find(Path.cwd()).parent


def from_root(folder: Path, typed: str) -> str:
    """A path typed in the current folder, as the system file of `folder` has it; empty stays so."""
    import os

    if not typed:
        return ""
    return Path(os.path.relpath(Path.cwd() / typed, folder)).as_posix()


def required(value: str | None, what: str) -> str:
    """`value`, or what a person at a terminal answers; without one a UsageError."""
    if value:
        return value
    if not console.is_interactive():
        raise UsageError(f"{what} is missing", "give it on the command line; see --help")
    if answer := console.ask(what, "").strip():
        return answer
    raise UsageError(f"{what} is missing")


def sure(question: str, *, yes: bool) -> None:
    """Go on only with `--yes` or a person's consent at a terminal."""
    if not yes and not console.confirm(question):
        raise UsageError("nothing was changed")


def show(outcome: Outcome, title: str, *, dry_run: bool, json: bool) -> None:
    """The files changed (or to be changed) on stdout, warnings on stderr; exit 1 on conflicts."""
    changes = [(change.path, change.verb) for change in outcome.changes]
    if json:
        console.out_json(
            {
                "dry_run": dry_run,
                "changes": [{"path": path, "verb": verb} for path, verb in changes],
                "warnings": list(outcome.warnings),
                "conflicts": list(outcome.conflicts),
            }
        )
    elif dry_run:
        console.tree(title, changes)
    else:
        for path, verb in folded(changes):
            console.out(f"{verb:<6} {path}")
    for warning in outcome.warnings:
        console.warn(warning)
    for path in outcome.conflicts:
        console.warn(f"{path}: your changes and mscli's meet; resolve the conflict markers in it")
    if outcome.conflicts:
        raise typer.Exit(1)


def folded(changes: Iterable[tuple[str, str]], depth: int = 0) -> Iterator[tuple[str, str]]:
    """The changes in the order of their paths; many of one kind in one folder are one line."""
    for _, group in groupby(sorted(changes), key=lambda change: change[0].split("/")[: depth + 1]):
        members = list(group)
        verbs = {verb for _, verb in members}
        if len(members) > MANY and len(verbs) == 1:
            folder = commonpath([path for path, _ in members])
            yield f"{folder}/  ({len(members)} files)", members[0][1]
        elif len(members) > 1:
            yield from folded(members, depth + 1)
        else:
            yield members[0]


def apply_live(folder: Path, *, dry_run: bool) -> bool:
    """Let the system take up the change, if it is up; whether it is."""
    if dry_run:
        return False
    from mscli.cli import containers
    from mscli.runtimes import refresh

    runtime = containers.of(folder=folder)
    try:
        sentence = containers.refresh(runtime, folder) if runtime else refresh(folder)
    except MissingProgram as error:
        console.warn(f"if the system is up, it has not taken this up: {error.message}")
        return False
    if sentence:
        console.say(sentence)
    return bool(sentence)
