"""`mscli migrate`: from a monolith to microservices: facts, boundaries, a plan, pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from mscli import console
from mscli.cli import migrate_backfill, migrate_route, migrate_status, migrate_verify
from mscli.migrate.words import counted

if TYPE_CHECKING:
    from mscli.migrate.boundaries.propose import Proposal
    from mscli.migrate.facts import Facts

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    help="Analyse a Python monolith, and plan how it becomes services, if it should.",
)

Source = Annotated[
    Path, typer.Argument(help="The folder that holds the monolith's code, or facts.json of a scan.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
NoHints = Annotated[
    bool, typer.Option("--no-hints", help="Leave the application's own structure aside.")
]


@app.command()
def scan(
    path: Annotated[Path, typer.Argument(help="The folder that holds the monolith's code.")],
    json: Json = False,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Write the JSON into a file.", show_default=False),
    ] = None,
    whole: Annotated[
        bool, typer.Option("--whole", help="List everything, not the first of each kind.")
    ] = False,
    runtime_trace: Annotated[
        bool,
        typer.Option(
            "--runtime-trace",
            help="Run the application's own tests, and take in what its handlers do to tables.",
        ),
    ] = False,
    python: Annotated[
        Path | None,
        typer.Option(
            help="The interpreter for --runtime-trace. [default: its .venv/bin/python]",
            show_default=False,
        ),
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=1, help="How long its tests may take, in seconds.")
    ] = 600,
) -> None:
    """Read a Django, Flask or FastAPI application and say what is in it, with file and line.

    Nothing of the application is imported or run, unless you ask for --runtime-trace. What cannot
    be followed is listed.

    Example: mscli migrate scan ./shop -o facts.json
    """
    from mscli.errors import UsageError
    from mscli.migrate.facts import as_json
    from mscli.migrate.report import report
    from mscli.migrate.scan import scan as scan_folder
    from mscli.migrate.writing import write

    if python is not None and not runtime_trace:
        raise UsageError("--python without --runtime-trace", "add --runtime-trace")
    facts = scan_folder(path)
    if runtime_trace:
        from mscli.migrate.tracing.merge import merge
        from mscli.migrate.tracing.suite import traced

        console.say("running the application's own tests")
        trace = traced(path, python, timeout)
        facts = merge(facts, trace.handlers, trace.warnings)
    document = as_json(facts)
    if output is not None:
        write({output: _json_text(document)})
    if json:
        console.out_json(document)
    else:
        console.out(report(facts, whole=whole))
    _warn(facts)
    if output is not None:
        console.say(f"written: {output}")


@app.command()
def plan(
    path: Source,
    output: Annotated[
        Path, typer.Option("-o", "--output", help="The file of boundaries, yours to edit.")
    ] = Path("boundaries.yaml"),
    json: Json = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be written.")
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Forget what the file says, and propose anew.")
    ] = False,
    no_hints: NoHints = False,
    services: Annotated[
        int | None,
        typer.Option(
            "--services", min=1, help="How many, if you know: one a team, say.", show_default=False
        ),
    ] = None,
) -> None:
    """Propose services: tables, routes, jobs, the price of each cut, and whether to cut at all.

    Writes boundaries.yaml and, beside it, plan.md. Move what you like in `services` of the file
    and run the command again: your edits hold, and it shows what they cost.

    Example: mscli migrate plan ./shop
    """
    from mscli.errors import UsageError
    from mscli.migrate.boundaries.document import as_document, text
    from mscli.migrate.boundaries.plan_page import plan_page
    from mscli.migrate.boundaries.since import as_plain
    from mscli.migrate.boundaries.summary import summary
    from mscli.migrate.writing import write

    if services and output.exists() and not fresh:
        what = f"--services proposes anew, and {output} says which there are"
        raise UsageError(what, "add --fresh, which forgets the file, or name another with -o")
    known = None if fresh else output
    proposal = _proposal(path, known, hints=not no_hints, wanted=services or 0)
    if services and (found := proposal.measures.services) != services:
        way = "nothing ties them" if found > services else "no part can be divided"
        console.warn(f"{counted(found, 'service')} instead of {services}: {way} any more")
    document = as_document(proposal)
    files = {output: text(document), output.with_name("plan.md"): plan_page(proposal)}
    if not dry_run:
        write(files)
    if json:
        console.out_json({**document, "since": as_plain(proposal.since)})
    else:
        console.out(summary(proposal))
    for file in files if dry_run else ():
        console.say(f"would {'change' if file.exists() else 'create'}: {file}")
    if not dry_run:
        console.say(f"written: {', '.join(map(str, files))}")


@app.command()
def graph(
    path: Source,
    boundaries: Annotated[
        Path, typer.Option("-b", "--boundaries", help="The file of boundaries, if there is one.")
    ] = Path("boundaries.yaml"),
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="A .mmd, .svg or .html file.", show_default=False),
    ] = None,
    kind: Annotated[
        Literal["mermaid", "svg", "html"] | None,
        typer.Option("--format", help="The kind of picture.", show_default=False),
    ] = None,
    no_hints: NoHints = False,
) -> None:
    """Draw the services and what is cut between them: Mermaid, SVG, or a page to explore.

    The page is one file that needs no network. Without -o the picture is printed.

    Example: mscli migrate graph ./shop -o boundaries.html
    """
    from mscli.errors import UsageError
    from mscli.migrate.writing import write

    kinds = {".mmd": "mermaid", ".md": "mermaid", ".svg": "svg", ".html": "html"}
    chosen = kind or (kinds.get(output.suffix) if output is not None else "mermaid")
    if chosen is None:
        raise UsageError(f"{output}: no kind of picture", "end it in .mmd, .svg or .html")
    drawn = _drawn(_as_planned(path, boundaries, hints=not no_hints), chosen)
    if output is None:
        console.out(drawn.rstrip("\n"))
        return
    write({output: f"```mermaid\n{drawn}```\n" if output.suffix == ".md" else drawn})
    console.say(f"written: {output}")


@app.command()
def apply(
    path: Annotated[Path, typer.Argument(help="The folder that holds the monolith's code.")],
    boundaries: Annotated[
        Path, typer.Option("-b", "--boundaries", help="The file of boundaries.")
    ] = Path("boundaries.yaml"),
    into: Annotated[
        Path | None,
        typer.Option(
            "--into",
            help="The system's folder. Default: PATH's name and -system.",
            show_default=False,
        ),
    ] = None,
    service: Annotated[
        list[str] | None,
        typer.Option("--service", help="Make this service only; repeatable. Default: every one."),
    ] = None,
    monolith_only: Annotated[
        bool, typer.Option("--monolith-only", help="Make no service: only the gateway in front.")
    ] = False,
    command: Annotated[
        str,
        typer.Option(help="A line for a shell, with $HOST and $PORT, that starts it."),
    ] = "",
    port: Annotated[int | None, typer.Option(help="The gateway's public port.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be written.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite files that mscli renders and you changed.")
    ] = False,
    json: Json = False,
) -> None:
    """Make a system that runs: the monolith as it is, with every route, and services beside it.

    Code is moved where that is clean; a route that is to be written says why, and stays with the
    monolith, as every route does until you flip it. The original is only read. Run again, the
    command adds what is new in boundaries.yaml and leaves what is yours.

    Example: mscli migrate apply ./shop --service reports
    """
    from mscli.cli.migrate_apply import Asked, applied, shown

    chosen = () if monolith_only else tuple(service) if service else None
    asked = Asked(path, into, chosen, command, port)
    outcome = applied(_decided(path, boundaries), asked, force=force, dry_run=dry_run)
    shown(outcome, json=json, dry_run=dry_run)


def _decided(path: Path, boundaries: Path) -> Proposal:
    """The boundaries as a person has them; there is nothing to apply without."""
    from mscli.errors import MscliError, UsageError

    if not path.is_dir():
        raise UsageError(f"{path} is no folder", "give the folder that holds the application")
    if not boundaries.is_file():
        raise MscliError(f"there is no {boundaries}", f"make it first: mscli migrate plan {path}")
    return _as_planned(path, boundaries, hints=True)


def _drawn(proposal: Proposal, kind: str) -> str:
    if kind == "html":
        from mscli.migrate.pictures.page import page

        return page(proposal)
    from mscli.migrate.pictures.mermaid import mermaid
    from mscli.migrate.pictures.picture import picture
    from mscli.migrate.pictures.svg import svg

    return (svg if kind == "svg" else mermaid)(picture(proposal))


def _proposal(path: Path, boundaries: Path | None, *, hints: bool, wanted: int = 0) -> Proposal:
    """The boundaries of a monolith, with what a person decided if there is a file of it."""
    from mscli.migrate.boundaries.propose import propose
    from mscli.migrate.boundaries.reading import read

    facts = _facts(path)
    decided = read(boundaries, facts) if boundaries is not None and boundaries.exists() else None
    _warn(facts)
    return propose(facts, decided, hints=hints, wanted=wanted)


def _as_planned(path: Path, boundaries: Path, *, hints: bool) -> Proposal:
    """The boundaries as the file has them, with a word if the code has changed since."""
    proposal = _proposal(path, boundaries, hints=hints)
    if gone := len(proposal.since.gone):
        what = f"{boundaries} has {counted(gone, 'line')} that the code has no more"
        console.warn(f"{what}: bring it up to date with `mscli migrate plan {path}`")
    return proposal


def _facts(path: Path) -> Facts:
    if path.is_file():
        from mscli.migrate.facts_file import read

        return read(path)
    from mscli.migrate.scan import scan as scan_folder

    return scan_folder(path)


def _warn(facts: Facts) -> None:
    for warning in facts.warnings:
        console.warn(warning)


def _json_text(document: object) -> str:
    import json

    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


app.command(short_help="Flip a route to a service, or back.")(migrate_route.route)
app.command(short_help="Show where each route and each table stands.")(migrate_status.status)
app.command(short_help="Record requests at the gateway.")(migrate_verify.record)
app.command(short_help="Ask recorded requests of both sides and compare.")(migrate_verify.verify)
app.command(short_help="Carry a table's rows into a service's database.")(migrate_backfill.backfill)
app.command(short_help="Compare a table's rows on both sides.")(migrate_backfill.compare)
