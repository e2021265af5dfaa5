"""A monolith that is replaced route by route while it is used: nobody notices but the answers."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mscli.migrate.verify.recording import read
from tests.e2e.checkouts import Checkout, end, light, until
from tests.gateway.load import failed, load

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
ORDERS = Path(__file__).with_name("orders.py")


@pytest.fixture(scope="module")
def strangled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A monolith that has everything, and a service that is to have `/orders`; both are up."""
    checkout = light(
        tmp_path_factory.mktemp("strangled"),
        {"monolith": {}, "orders": {}},
        routes=[{"path": "/", "service": "monolith"}],
    )
    checkout.up()
    try:
        yield checkout
    finally:
        checkout.remove()


def _answering(checkout: Checkout, path: str = "/orders/7", requests: int = 20) -> Counter[str]:
    return Counter(checkout.get(path).json()["replica"] for _ in range(requests))


def test_a_route_is_flipped_in_part_and_back_under_load_and_no_request_fails(
    strangled: Checkout,
) -> None:
    route = ("migrate", "route", "/orders", "--to")
    with load(strangled.ports()["gateway:http"], "/orders/7") as seen:
        strangled.run(*route, "orders", "--percent", "50")
        assert set(_answering(strangled)) == {"monolith-1", "orders-1"}
        strangled.run(*route, "orders")
        assert _answering(strangled) == {"orders-1": 20}
        assert _answering(strangled, "/else", 3) == {"monolith-1": 3}
        strangled.run(*route, "monolith")
        assert _answering(strangled) == {"monolith-1": 20}
    assert len(seen.samples) > 100
    assert failed(seen.samples) == []


def test_a_service_that_is_not_ready_gets_no_route(strangled: Checkout) -> None:
    before = strangled.file.read_text()
    strangled.run("stop", "orders")
    try:
        done = strangled.run("migrate", "route", "/orders", "--to", "orders", code=6)
        assert "orders is not ready" in done.err
        assert strangled.file.read_text() == before
    finally:
        strangled.run("start", "orders")
    until(lambda: strangled.rows()["orders-1"]["ready"])


@pytest.fixture(scope="module")
def ordering(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A monolith and a service that keep orders, each in a SQLite file of its own."""
    command = [sys.executable, "-S", "-E", "orders.py"]
    fields = {"template": "none", "health": "/", "command": command}
    checkout = light(
        tmp_path_factory.mktemp("ordering"),
        {"monolith": fields, "orders": {**fields, "env": {"FAULT": ""}}},
        routes=[{"path": "/", "service": "monolith"}],
    )
    for name in ("monolith", "orders"):
        shutil.copy(ORDERS, checkout.folder / "services" / name)
    checkout.up()
    try:
        yield checkout
    finally:
        checkout.remove()


def _record(checkout: Checkout) -> None:
    """A recording of three orders that are read and one that is made, nobody told of it."""
    running = checkout.begin("migrate", "record", "--count", "4", "--for", "30s")
    overlay = checkout.state / "processes" / "gateway" / "dynamic" / "mirror.yml"
    until(overlay.exists)
    until(lambda: checkout.get("/orders/1?token=s3cret").status == 200 and _counted(checkout) > 0)
    while _counted(checkout) < 3:
        assert checkout.get("/orders/2").status == 200
    order = {"sku": "x", "total": 2.5, "password": "s3cret"}
    made = checkout.get("/orders", method="POST", body=order)
    assert made.status == 201
    output, _ = running.communicate(timeout=40)
    assert running.returncode == 0, output
    assert not overlay.exists()


def _counted(checkout: Checkout) -> int:
    files = list((checkout.state / "recordings").glob("*"))
    time.sleep(0.05)
    return len(files[-1].read_text().splitlines()) - 1 if files else 0


def test_recorded_requests_are_compared_also_those_that_write(ordering: Checkout) -> None:
    _record(ordering)
    (file,) = (ordering.state / "recordings").iterdir()
    assert "s3cret" not in file.read_text()
    assert b"s3cret" not in b"".join(request.body for request in read(file).requests)

    verify = ("migrate", "verify", "--to", "orders", "--path", "/orders")
    rows = _rows(ordering)
    assert "3 of 3 requests equal" in ordering.run(*verify).err
    assert "4 of 4 requests equal" in ordering.run(*verify, "--writes").err
    assert _rows(ordering) == rows, "unsafe requests are for copies alone"

    for fault, where in (("total", "body.total"), ("row", "row 1 of orders (insert).total")):
        ordering.file.write_text(
            re.sub(r'"FAULT": "\w*"', f'"FAULT": "{fault}"', ordering.file.read_text())
        )
        ordering.up()
        done = ordering.run(*verify, "--writes", "--json", code=1)
        found = json.loads(done.out)["different"]
        assert {d["where"] for each in found for d in each["differences"]} == {where}


def _rows(checkout: Checkout) -> list[int]:
    counts = []
    for name in ("monolith", "orders"):
        with closing(sqlite3.connect(checkout.folder / "services" / name / "app.db")) as database:
            counts.append(database.execute("SELECT count(*) FROM orders").fetchone()[0])
    return counts


def test_a_recorder_that_is_killed_leaves_the_routes_as_they_are(ordering: Checkout) -> None:
    running = ordering.begin("migrate", "record", "--for", "30s")
    overlay = ordering.state / "processes" / "gateway" / "dynamic" / "mirror.yml"
    until(overlay.exists)
    end(running)
    assert ordering.get("/orders/1").status == 200
    ordering.run("migrate", "route", "/orders", "--to", "orders")
    assert not overlay.exists()
    assert _flipped(ordering)


def _flipped(checkout: Checkout) -> bool:
    """The service lacks the order that was made at the monolith."""
    return checkout.get("/orders/6").status == 404


def test_status_says_where_routes_and_tables_stand(ordering: Checkout) -> None:
    (ordering.folder / "boundaries.yaml").write_text(
        'services: {orders: {tables: [orders], routes: ["GET /orders/{id}", POST /orders/]}}'
    )
    ordering.run("migrate", "route", "/orders", "--to", "monolith")
    for share, route, table in (("30", "split", "mirrored"), ("100", "flipped", "flipped")):
        ordering.run("migrate", "route", "/orders", "--to", "orders", "--percent", share)
        found = json.loads(ordering.run("migrate", "status", "--json").out)
        assert [each["state"] for each in found["routes"]] == [route, route]
        assert [each["state"] for each in found["tables"]] == [table]
    assert "flipped" in ordering.run("migrate", "status").out
