"""Where routes and tables stand, from routes and counts as they are."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from mscli.errors import SystemFileError, UsageError
from mscli.migrate.strangler import parts, standing
from mscli.migrate.strangler.standing import Part
from mscli.migrate.strangler.stores import Sqlite, sqlite_files
from mscli.model.system import Route, Service, Share, System, split

SYSTEM = System(
    "shop",
    services={name: Service(name, name) for name in ("monolith", "orders")},
    routes=(
        Route("/", "monolith"),
        split("/orders", (Share("monolith", 0), Share("orders", 100))),
        split("/pay", (Share("monolith", 70), Share("orders", 30))),
        Route("/done", "orders"),
    ),
)
ROUTES = ("GET /orders/{id}", "POST /pay/", "GET /done", "GET /stock")


def test_a_route_stands_as_the_gateway_says() -> None:
    found = standing.routes(SYSTEM, {"orders": Part(routes=ROUTES)}, "monolith")
    assert [(each.state, each.percent, each.at) for each in found] == [
        ("flipped", 100, "/orders"),
        ("split", 30, "/pay"),
        ("dropped", 100, "/done"),
        ("monolith", 0, "/"),
    ]


def test_a_table_that_code_uses_where_it_is_is_shared() -> None:
    """The service has no database to ask, and nobody says that its rows are missing."""

    def count(service: str, _table: str) -> int:
        if service != "monolith":
            raise LookupError(service)
        return 5

    part = {"orders": Part(("orders",), ROUTES, "shared")}
    routes = standing.routes(SYSTEM, part, "monolith")
    (found,) = standing.tables(part, routes, count, "monolith", SYSTEM.services)
    assert (found.state, found.monolith, found.service) == ("shared", 5, None)
    (found,) = standing.tables(part, routes, count, "monolith", ("monolith",))
    assert found.state == "monolith", "no code uses it before the service is made"


def test_without_boundaries_the_routes_of_the_monolith_are_shown() -> None:
    found = standing.routes(SYSTEM, {}, "monolith")
    assert [(each.route, each.owner, each.state) for each in found] == [
        ("/", "monolith", "monolith"),
        ("/orders", "orders", "flipped"),
        ("/pay", "orders", "split"),
    ]


def test_a_route_that_nobody_answers_is_unknown() -> None:
    system = replace(SYSTEM, routes=SYSTEM.routes[1:])
    (found,) = standing.routes(system, {"orders": Part(routes=("GET /stock",))}, "monolith")
    assert found.state == "unknown"


@pytest.mark.parametrize(
    ("monolith", "service", "routes", "state"),
    [
        (5, None, ROUTES, "monolith"),
        (5, 0, ROUTES, "monolith"),
        (5, 4, ROUTES, "mirrored"),
        (0, 0, ROUTES[:1], "flipped"),
        (5, 5, ROUTES[:1], "flipped"),
        (5, 5, (), "mirrored"),
        (None, 5, ROUTES[:1], "dropped"),
        (None, 5, (), "dropped"),
        (None, 5, ROUTES, "unknown"),
        (None, None, ROUTES, "unknown"),
    ],
)
def test_a_table_stands_as_both_databases_say(
    monolith: int | None, service: int | None, routes: tuple[str, ...], state: str
) -> None:
    owned = {"orders": Part(("orders",), routes)}
    counts = {"monolith": monolith, "orders": service}
    standings = standing.routes(SYSTEM, owned, "monolith")
    count = lambda side, _: counts[side]  # noqa: E731
    (found,) = standing.tables(owned, standings, count, "monolith", SYSTEM.services)
    assert (found.state, found.monolith, found.service) == (state, monolith, service)


def test_a_service_that_is_not_there_yet_leaves_its_tables_to_the_monolith() -> None:
    def count(service: str, _: str) -> int:
        return {"monolith": 3}[service]

    owned = {"later": Part(("stock",), ("GET /stock",))}
    routes = standing.routes(SYSTEM, owned, "monolith")
    (table,) = standing.tables(owned, routes, count, "monolith", SYSTEM.services)
    assert (table.state, table.monolith, table.service) == ("monolith", 3, None)


def test_a_file_of_boundaries_is_read_without_facts(tmp_path: Path) -> None:
    file = tmp_path / "migration" / "boundaries.yaml"
    file.parent.mkdir()
    file.write_text(
        "version: 1\nservices:\n  a: {tables: [t], routes: [GET /a], jobs: [j]}\n  b: {}"
    )
    assert parts.found(tmp_path, None) == file
    assert parts.read(file) == {"a": Part(("t",), ("GET /a",)), "b": Part()}


@pytest.mark.parametrize(
    "text", ["[]", "services: 1", "services: {a: 1}", "services: {a: {tables: x}}"]
)
def test_a_file_that_is_none_is_refused_at_its_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "b.yaml").write_text(text)
    with pytest.raises(SystemFileError, match=r"b\.yaml:1: "):
        parts.read(tmp_path / "b.yaml")
    with pytest.raises(UsageError):
        parts.read(tmp_path / "nowhere.yaml")


def test_rows_of_a_file_are_counted_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / ".venv").mkdir()
    for path in (tmp_path / "app.db", tmp_path / ".venv" / "other.db"):
        with closing(sqlite3.connect(path)) as database:
            database.execute('CREATE TABLE "my orders" (id)')
            database.execute('INSERT INTO "my orders" VALUES (1)')
            database.commit()
    (tmp_path / "text.db").write_text("SQLite, perhaps")
    assert sqlite_files(tmp_path) == [tmp_path / "app.db"]
    before = (tmp_path / "app.db").read_bytes()
    store = Sqlite(tmp_path / "app.db")
    assert (store.count("my orders"), store.count("nothing")) == (1, None)
    assert (tmp_path / "app.db").read_bytes() == before


def test_what_stays_in_the_monolith_is_read(tmp_path: Path) -> None:
    file = tmp_path / "b.yaml"
    file.write_text("services: {a: {}}\nstays: {routes: [GET /login/]}\n")
    assert parts.staying(file) == Part(routes=("GET /login/",))
    file.write_text("services: {a: {}}\n")
    assert parts.staying(file) == Part()
