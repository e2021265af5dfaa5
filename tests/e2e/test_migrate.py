"""A monolith becomes a system, and nobody outside can tell: every answer is as it was."""

from __future__ import annotations

import http.client
import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.checkouts import Checkout, free_port

pytestmark = [pytest.mark.e2e, pytest.mark.patient, pytest.mark.timeout(300)]
EXAMPLES = Path(__file__).parents[2] / "examples"
ROWS = (
    "INSERT INTO categories (id, name) VALUES (1, 'toys')",
    "INSERT INTO products (id, name, price, active) VALUES (1, 'kite', 7, 1), (2, 'ball', 3, 1)",
    "INSERT INTO product_categories (product_id, category_id{extra}) VALUES (1, 1{value})",
    "INSERT INTO stock (id, product_id, count) VALUES (1, 1, 50), (2, 2, 0)",
)
ANNA = {"email": "{n}@shop.test", "name": "Änna"}
ORDER = {"customer": 1, "lines": [{"product": 1, "count": 2}]}
Answer = tuple[int, list[str | None], bytes]
REQUESTS: tuple[tuple[str, str, object], ...] = (
    ("POST", "/customers/", ANNA),
    ("GET", "/products/", None),
    ("GET", "/products/1/", None),
    ("GET", "/products/99/", None),
    ("GET", "/products/1", None),
    ("HEAD", "/products/", None),
    ("POST", "/orders/", ORDER),
    ("GET", "/orders/1/", None),
    ("POST", "/orders/1/cancel/", None),
    ("GET", "/reports/sales/", None),
    ("POST", "/customers/99/delete/", None),
    ("DELETE", "/products/1/", None),
    ("GET", "/nowhere?a=%C3%A9&b", None),
    ("GET", "/", None),
)


SERVICES = {"fastapi": ["catalogue", "accounts"], "flask": ["catalogue"], "django": ["orders"]}


@pytest.fixture(params=list(SERVICES))
def name(request: pytest.FixtureRequest) -> str:
    """The framework of an example."""
    framework: str = request.param
    return framework


@pytest.fixture
def system(name: str, tmp_path: Path) -> Iterator[Checkout]:
    """An example monolith that was planned, applied and brought up, with something to sell."""
    folder = EXAMPLES / f"monolith-{name}"
    here = Checkout(tmp_path)
    here.run("migrate", "plan", str(folder))
    chosen = [word for service in SERVICES[name] for word in ("--service", service)]
    port = str(free_port())
    here.run("migrate", "apply", str(folder), "--into", "shop", "--port", port, *chosen)
    shop = Checkout(tmp_path / "shop")
    try:
        shop.up()
        _fill(shop.folder / "services" / "monolith")
        yield shop
    finally:
        shop.remove()


def _fill(folder: Path) -> None:
    if (folder / "manage.py").is_file():
        python = folder / ".venv/bin/python"
        migrate = [str(python), "manage.py", "migrate", "--run-syncdb"]
        subprocess.run(migrate, cwd=folder, check=True, capture_output=True)
    [path] = folder.rglob("*.sqlite3")
    extra = (", place", ", 0") if (folder / "manage.py").is_file() else ("", "")
    with closing(sqlite3.connect(path)) as database, database:
        for row in ROWS:
            database.execute(row.format(extra=extra[0], value=extra[1]))


def answer(port: int, method: str, path: str, body: object, number: int) -> Answer:
    """Status, the headers that matter, and the body without what counts up."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    host = {"Host": "shop.test", "Content-Type": "application/json"}
    text = None if body is None else json.dumps(body).replace("{n}", str(number))
    with closing(connection):
        connection.request(method, path, text, host)
        given = connection.getresponse()
        content = re.sub(rb'"id": ?\d+', b'"id": 1', given.read())
        names = ("Content-Type", "Location", "Allow", "Vary", "Cache-Control")
        return given.status, [given.getheader(name) for name in names], content


def test_nobody_outside_can_tell_and_what_was_moved_answers_alike(
    system: Checkout, name: str
) -> None:
    ports = system.ports()
    statuses = set()
    for number, (method, path, body) in enumerate(REQUESTS):
        direct = answer(ports["monolith-1:http"], method, path, body, number)
        through = answer(ports["gateway:http"], method, path, body, number + 1000)
        assert through == direct, (method, path)
        statuses.add(direct[0])
    assert statuses >= {200, 201, 404, 405}
    _assert_boundaries_are_frozen(system.folder / "services" / "monolith")
    if name == "fastapi":
        _assert_moved(system)
    else:
        _assert_unwritten(system, SERVICES[name][0])


def _assert_boundaries_are_frozen(folder: Path) -> None:
    """What crosses today is ignored by name, and what would cross anew is refused."""
    lint = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    assert subprocess.run(lint, cwd=folder, check=False, capture_output=True).returncode == 0
    offender = next(folder.glob("shop/**/catalogue*/views.py"), None)
    offender = offender or next(folder.glob("shop/**/catalogue.py"))
    other = {"views.py": "orders import views"}.get(offender.name, "reports")
    package = ".".join(offender.parent.relative_to(folder).parts)
    line = "from shop.orders import views" if offender.name == "views.py" else ""
    line = line or f"from {package} import {other}"
    offender.write_text(f"{offender.read_text()}\n{line}  # noqa: F401\n")
    assert subprocess.run(lint, cwd=folder, check=False, capture_output=True).returncode == 1


def _assert_moved(system: Checkout) -> None:
    """The moved routes give the answers of the monolith, out of a database of their own."""
    for row in ROWS:
        sql = row.format(extra="", value="").replace(", 1), (2", ", true), (2")
        _psql(system, "catalogue", sql.replace("3, 1)", "3, true)"))
    ports = system.ports()
    asked = [request for request in REQUESTS if "/products/" in request[1] and request[0] == "GET"]
    asked += [("GET", "/products/ball/", None), ("POST", "/customers/", {"email": 1})]
    asked += [("POST", "/customers/", {"email": "b@shop.test", "name": "Bo"})]
    for method, path, body in asked:
        moved = "accounts" if path.startswith("/customers") else "catalogue"
        status, headers, content = answer(ports["monolith-1:http"], method, path, body, 0)
        if path == "/products/1/":  # orders have taken some of it
            content = re.sub(rb'"left":\d+', b'"left":50', content)
        found = answer(ports[f"{moved}-1:http"], method, path, body, 0)
        assert found == (status, headers, content), path
    profiles = _psql(system, "accounts", "SELECT count(*) FROM profiles")
    assert "\n     1\n" in profiles  # the listener to the model's events went along
    _assert_unwritten(system, "accounts", "/customers/1/delete/")


def _assert_unwritten(system: Checkout, service: str, path: str = "") -> None:
    """What is to be written says so; the gateway leads nobody there."""
    path = path or ("/orders/" if service == "orders" else "/products/")
    method = "POST" if "delete" in path or service == "orders" else "GET"
    status, headers, _ = answer(system.ports()[f"{service}-1:http"], method, path, None, 0)
    assert (status, headers[0]) == (501, "application/problem+json")


def _psql(system: Checkout, service: str, sql: str) -> str:
    return system.run("db", "shell", service, "-c", sql).out.strip()
