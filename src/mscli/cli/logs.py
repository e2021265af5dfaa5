"""`mscli logs`: the lines of all services and engines, merged by time."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from mscli import console
from mscli.cli import completion, containers, here
from mscli.cli.log_lines import show_containers, sources, write
from mscli.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime


app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def logs(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Services or replicas; all without.", autocompletion=here.workloads),
    ] = None,
    follow: Annotated[bool, typer.Option("-f", "--follow", help="Go on as lines come.")] = False,
    tail: Annotated[
        str,
        typer.Option(
            "-n",
            "--tail",
            help="Lines of each to begin with, or all; --grep and --level choose among these.",
        ),
    ] = "all",
    timestamps: Annotated[bool, typer.Option("-t", "--timestamps", help="Show times.")] = False,
    since: Annotated[
        str, typer.Option(help="From then on: 10m, 2h, 2026-11-22T15:04, a Unix time.")
    ] = "",
    until: Annotated[str, typer.Option(help="Up to then.")] = "",
    grep: Annotated[str, typer.Option(help="Only lines that match a regular expression.")] = "",
    level: Annotated[
        str,
        typer.Option(
            help="Only lines at least as grave: warning, error.", autocompletion=completion.levels
        ),
    ] = "",
    no_color: Annotated[bool, typer.Option("--no-color", help="No colours.")] = False,
    no_log_prefix: Annotated[bool, typer.Option("--no-log-prefix", help="No names.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    project: here.Project = "",
) -> None:
    """Show logs, merged by time across services and engines.

    What mscli itself did (restarts, crash loops) is in the same stream, under the name mscli.

    Example: mscli logs -f --tail 20 orders payments
    """
    from mscli.runtimes.logs import Level, View, show

    try:
        view = View(
            follow=follow,
            tail=_count(tail),
            since=_moment("--since", since),
            until=_moment("--until", until),
            timestamps=timestamps,
            prefix=not no_log_prefix,
            colour=console.has_colour(sys.stdout) and not no_color,
            json=json,
            grep=_pattern(grep),
            level=Level[level.upper()] if level else None,
        )
    except KeyError as error:
        known = ", ".join(entry.name.lower() for entry in Level)
        raise UsageError(f"--level {level}: no such level", f"there is: {known}") from error
    if (runtime := containers.of(project)) is not None:
        show_containers(runtime, names or [], view)
        return
    place = here.place(project)
    chosen = sources(place, names or [])
    chosen()  # an unknown name is an error before anything is shown
    show(chosen, view, write, lambda: False)


def _count(text: str) -> int | None:
    """What --tail means: so many lines, or None for all."""
    if text == "all":
        return None
    if not text.isdecimal():
        raise UsageError(f"--tail {text}: no number of lines", "write a number, or all")
    return int(text)


def _pattern(text: str) -> re.Pattern[str] | None:
    """What --grep means; nothing without it."""
    try:
        return re.compile(text) if text else None
    except re.error as error:
        raise UsageError(f"--grep {text}: no regular expression: {error}") from error


def _moment(option: str, text: str) -> datetime | None:
    """What --since or --until means; nothing without it."""
    if not text:
        return None
    from datetime import UTC, datetime

    from mscli.runtimes.logs.since import parse_since

    try:
        return parse_since(text, datetime.now(UTC))
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from error
