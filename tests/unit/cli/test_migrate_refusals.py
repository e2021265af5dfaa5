"""What keeps a route where it is, and what must not: a fault in a file that only advises."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from mscli import systemfile
from mscli.cli.migrate_refusals import refuse_lost, warn_of_written
from mscli.errors import NotReady
from mscli.model.system import Route, Service, System

SYSTEM = System(
    "shop",
    services={name: Service(name, f"services/{name}") for name in ("monolith", "orders")},
    routes=(Route("/", "monolith"),),
)
BILLS = "services: {orders: {routes: [GET /orders/]}, billing: {routes: [GET /orders/bills/]}}\n"


def test_routes_of_others_below_the_path_keep_it(tmp_path: Path) -> None:
    (tmp_path / "boundaries.yaml").write_text(BILLS)
    with pytest.raises(NotReady, match=r"no answer to GET /orders/bills/ \(of billing\)"):
        refuse_lost(tmp_path, SYSTEM, "orders", "/orders")


def test_a_fault_in_the_boundaries_does_not_keep_the_way_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "boundaries.yaml").write_text("services: [orders\n")
    refuse_lost(tmp_path, SYSTEM, "monolith", "/orders")
    assert "what a flip would lose was not looked for: boundaries.yaml:" in capsys.readouterr().err


FILE = """
version: 1
name: shop
services:
  monolith: {template: none, command: run}
  orders: {template: none, command: run}
routes:
  - {path: /, service: monolith}
  - {path: /orders, service: orders}
"""
OWNED = "services: {orders: {tables: [orders], routes: [GET /orders/, POST /orders/]}}\n"


@pytest.fixture
def taken_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A system whose service has the route for good, and the only table."""
    (tmp_path / "mscli.yaml").write_text(FILE)
    (tmp_path / "boundaries.yaml").write_text(OWNED)
    for service, table in (("monolith", "users"), ("orders", "orders")):
        make(tmp_path, service, table)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def make(root: Path, service: str, table: str) -> None:
    folder = root / "services" / service
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(folder / "app.db")) as database:
        database.execute(f"CREATE TABLE {table} (id INTEGER)")
        database.commit()


def test_a_route_does_not_go_back_to_a_monolith_without_the_table(taken_out: Path) -> None:
    system = systemfile.read(taken_out / "mscli.yaml").system
    with pytest.raises(NotReady, match="monolith has no table orders any more"):
        refuse_lost(taken_out, system, "monolith", "/orders")
    make(taken_out, "monolith", "orders")
    refuse_lost(taken_out, system, "monolith", "/orders")


def test_who_gets_a_route_back_is_told_that_rows_stay_where_they_were_written(
    taken_out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    system = systemfile.read(taken_out / "mscli.yaml").system
    warn_of_written(taken_out, system, "monolith", "/orders")
    assert "`mscli migrate compare orders --to orders` shows it" in capsys.readouterr().err
    warn_of_written(taken_out, system, "orders", "/orders")
    assert capsys.readouterr().err == ""
