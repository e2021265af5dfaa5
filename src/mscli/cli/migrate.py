"""`mscli migrate`: from a monolith to microservices: facts, boundaries, a plan, pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from mscli import console
from mscli.cli import migrate_apply, migrate_backfill, migrate_route, migrate_status, migrate_verify
from mscli.cli.migrate_planned import as_planned, proposal_of, warn_of
from mscli.wording import counted

if TYPE_CHECKING:
    from mscli.migrate.boundaries.propose import Proposal

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    help="Take a Python monolith apart: read it, plan, make services beside it, flip its routes.",
)

Source = Annotated[
    Path, typer.Argument(help="The folder that holds the monolith's code, or facts.json of a scan.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
NoHints = Annotated[
    bool, typer.Option("--no-hints", help="Leave the application's own structure aside.")
]


@app.command(short_help="What it does to which tables, read out of its code.")
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
    from mscli.migrate.facts import json_parts
    from mscli.migrate.report import report
    from mscli.migrate.scan import scan as scan_folder
    from mscli.migrate.writing import write

    if python is not None and not runtime_trace:
        raise UsageError("--python without --runtime-trace", "add --runtime-trace")
    facts = scan_folder(path, at_last=True)
    if runtime_trace:
        from mscli.migrate.tracing.merge import merge
        from mscli.migrate.tracing.suite import traced

        console.say("running the application's own tests")
        trace = traced(path, python, timeout)
        facts = merge(facts, trace.handlers, trace.warnings)
    if output is not None:
        write({output: json_parts(facts)})
    if json:
        console.out_parts(json_parts(facts))
    else:
        console.out(report(facts, whole=whole))
    warn_of(facts)
    if output is not None:
        console.say(f"written: {output}")


@app.command(short_help="Which services, at which price, or whether to stay.")
def plan(
    path: Source,
    output: Annotated[
        Path,
        typer.Option(
            "-b", "--boundaries", "-o", "--output", help="The file of boundaries, yours to edit."
        ),
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
    database: Annotated[
        Literal["own", "shared"] | None,
        typer.Option(
            "--database",
            help="Of every service: its own, or the monolith's (code first, then data).",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Propose services: tables, routes, jobs, the price of each cut, and whether to cut at all.

    Writes boundaries.yaml and, beside it, plan.md. Move what you like in `services` of the file
    and run the command again: your edits hold, and it shows what they cost.

    Example: mscli migrate plan ./shop
    """
    from mscli.errors import UsageError
    from mscli.migrate.boundaries.document.document import as_document, text
    from mscli.migrate.boundaries.document.summary import summary
    from mscli.migrate.boundaries.since import as_plain
    from mscli.migrate.boundaries.steps.plan_page import plan_page
    from mscli.migrate.writing import write

    if services and output.exists() and not fresh:
        what = f"--services proposes anew, and {output} says which there are"
        raise UsageError(what, "add --fresh, which forgets the file, or name another with -o")
    known = None if fresh else output
    hints, wanted = not no_hints, services or 0
    proposal = proposal_of(path, known, hints=hints, wanted=wanted, store=database)
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


@app.command(short_help="Draw the services and what is cut between them.")
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

    if boundaries != Path("boundaries.yaml") and not boundaries.exists():
        raise UsageError(f"there is no {boundaries}", f"make it first: mscli migrate plan {path}")
    kinds = {".mmd": "mermaid", ".md": "mermaid", ".svg": "svg", ".html": "html"}
    chosen = kind or (kinds.get(output.suffix) if output is not None else "mermaid")
    if chosen is None:
        raise UsageError(f"{output}: no kind of picture", "end it in .mmd, .svg or .html")
    drawn = _drawn(as_planned(path, boundaries, hints=not no_hints), chosen)
    if output is None:
        console.out(drawn.rstrip("\n"))
        return
    write({output: f"```mermaid\n{drawn}```\n" if output.suffix == ".md" else drawn})
    console.say(f"written: {output}")


def _drawn(proposal: Proposal, kind: str) -> str:
    if kind == "html":
        from mscli.migrate.pictures.page import page

        return page(proposal)
    from mscli.migrate.pictures.mermaid import mermaid
    from mscli.migrate.pictures.picture import picture
    from mscli.migrate.pictures.svg import svg

    return (svg if kind == "svg" else mermaid)(picture(proposal))


app.command(short_help="Make a system of it that runs.")(migrate_apply.apply)
app.command(short_help="Flip a route to a service, or back.")(migrate_route.route)
app.command(short_help="Show where each route and each table stands.")(migrate_status.status)
app.command(short_help="Record requests at the gateway.")(migrate_verify.record)
app.command(short_help="Ask recorded requests of both sides and compare.")(migrate_verify.verify)
app.command(short_help="Carry a table's rows into a service's database.")(migrate_backfill.backfill)
app.command(short_help="Compare a table's rows on both sides.")(migrate_backfill.compare)
