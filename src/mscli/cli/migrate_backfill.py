"""`mscli migrate backfill` and `compare`: a table's rows carried over, and both sides compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mscli import console
from mscli.cli import completion, containers, here
from mscli.cli.migrate_stores import Stores, refuse_shared
from mscli.errors import UsageError
from mscli.wording import counted

if TYPE_CHECKING:
    from mscli.migrate.backfill.ends import PostgresTable, SqliteTable
    from mscli.migrate.backfill.passes import Mismatch, Pass

MOST_SHOWN = 20
Tables = Annotated[list[str], typer.Argument(help="Tables of the service.")]
To = Annotated[str, typer.Option("--to", help="The service.", autocompletion=completion.services)]
From = Annotated[str, typer.Option("--from", help="The service that the monolith is.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def backfill(
    tables: Tables,
    to: To,
    monolith: From = "monolith",
    passes: Annotated[int, typer.Option(min=1, help="The most passes over a table.")] = 10,
    force: Annotated[
        bool, typer.Option("--force", help="Also into a service that gets requests already.")
    ] = False,
    json: Json = False,
) -> None:
    """Carry a table's rows from the monolith's database into a service's own, until both agree.

    By ranges of the primary key. The first pass copies, each further one carries over what the
    monolith has written meanwhile. Doing it again goes on where it was: equal rows are only read.
    Exit code 1 where the last pass still found a difference: writes go on.

    Example: mscli migrate backfill orders order_lines --to orders
    """
    from mscli.migrate.backfill.passes import one_pass

    refuse_shared(to)
    if not force:
        _refuse_one_that_writes(to)
    documents = []
    agreed = True
    for table, source, target in _ends(tables, monolith, to):
        done: list[Pass] = []
        while len(done) < passes and not (done and not done[-1].mismatches):
            done.append(one_pass(source, target, repair=True))
            told = f"{table}, pass {len(done)}: {counted(done[-1].rows, 'row')}"
            console.say(f"{told}, {len(done[-1].mismatches)} carried over")
        target.count_on()
        left = len(done[-1].mismatches)
        agreed = agreed and not left
        documents.append({"table": table, "rows": done[-1].rows, "passes": len(done), "left": left})
    if json:
        console.out_json(documents)
    else:
        for each in documents:
            state = f"{each['left']} differed in the last pass" if each["left"] else "both agree"
            console.out(f"{each['table']}: {counted(int(str(each['rows'])), 'row')}, {state}")
    if not agreed:
        console.say("rows are written all the time; run it again when the writes are flipped")
        raise typer.Exit(1)


def compare(tables: Tables, to: To, monolith: From = "monolith", json: Json = False) -> None:
    """Compare every row of a table in the monolith's database and in the service's; write nothing.

    A row that differs is looked at once more, for a write may be on its way. Exit code 1 where
    something differs.

    Example: mscli migrate compare orders order_lines --to orders
    """
    from mscli.migrate.backfill.passes import one_pass, settled

    refuse_shared(to)
    documents = []
    for table, source, target in _ends(tables, monolith, to):
        found = one_pass(source, target, repair=False)
        left = settled(source, target, found.mismatches)
        shown = [_document(each) for each in left]
        documents.append({"table": table, "rows": found.rows, "mismatches": shown})
        if not json:
            _show(table, found.rows, left, to)
    if json:
        console.out_json(documents)
    if any(each["mismatches"] for each in documents):
        raise typer.Exit(1)


def _refuse_one_that_writes(to: str) -> None:
    """What a service has written itself would be made the monolith's again."""
    for route in here.system().routes:
        share = next((share for share in route.serving if share.service == to), None)
        if share is not None:
            raise UsageError(
                f"{to} gets {share.percent} % of {route.path}: what it writes would be lost",
                "give the route back first, or --force if it only reads",
            )


def _ends(
    tables: Sequence[str], monolith: str, to: str
) -> list[tuple[str, PostgresTable | SqliteTable, PostgresTable]]:
    """Both ends of each table; what keeps one from being carried over is said before any is."""
    from mscli.migrate.backfill.ends import source_of, target_of
    from mscli.migrate.backfill.passes import shared

    containers.in_docker("mscli migrate backfill and compare", "")
    stores = Stores()
    source, own = stores.need(monolith), stores.need(to)
    targets = [target_of(own, table, to) for table in tables]
    found = [(each.table, source_of(source, each.table, each.key), each) for each in targets]
    for _, one, other in found:
        shared(one, other)
    return found


def _document(mismatch: Mismatch) -> dict[str, Any]:
    return {
        "key": list(mismatch.key),
        "monolith": mismatch.monolith,
        "service": mismatch.service,
    }


def _show(table: str, rows: int, left: Sequence[Mismatch], to: str) -> None:
    if not left:
        console.out(f"{table}: {counted(rows, 'row')}, both agree")
        return
    console.out(
        f"{table}: {counted(rows, 'row')}, {len(left)} {'differs' if len(left) == 1 else 'differ'}"
    )
    for each in left[:MOST_SHOWN]:
        console.out(f"  key {', '.join(map(str, each.key))}")
        for side, row, other in (
            ("- monolith", each.monolith, each.service),
            (f"+ {to:<8}", each.service, each.monolith),
        ):
            shown = row if row is None or other is None else _changed(row, other)
            console.out(f"    {side}  {'no such row' if shown is None else shown}")
    if len(left) > MOST_SHOWN:
        console.out(f"  ... and {len(left) - MOST_SHOWN} more; --json has them all")


def _changed(row: Any, other: Any) -> dict[str, Any]:  # noqa: ANN401 - a row
    """The columns of a row that another has otherwise."""
    return {name: value for name, value in row.items() if other.get(name) != value}
