"""A monolith becomes a system, and nobody outside can tell: every answer is as it was."""

from __future__ import annotations

import http.client
import json
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.checkouts import Checkout, free_port

pytestmark = pytest.mark.e2e
EXAMPLES = Path(__file__).parents[2] / "examples"
ROWS = (
    "INSERT INTO categories (id, name) VALUES (1, 'toys')",
    "INSERT INTO products (id, name, price, active) VALUES (1, 'kite', 7, 1), (2, 'ball', 3, 1)",
    "INSERT INTO product_categories (product_id, category_id{extra}) VALUES (1, 1{value})",
    "INSERT INTO stock (id, product_id, count) VALUES (1, 1, 50), (2, 2, 0)",
)
ANNA = {"email": "{n}@shop.test", "name": "Änna"}
ORDER = {"customer": 1, "lines": [{"product": 1, "count": 2}]}
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


@pytest.fixture(params=["fastapi", "flask", "django"])
def system(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Checkout]:
    """An example monolith that was planned, applied and brought up, with something to sell."""
    folder = EXAMPLES / f"monolith-{request.param}"
    here = Checkout(tmp_path)
    here.run("migrate", "plan", str(folder))
    here.run("migrate", "apply", str(folder), "--into", "shop", "--port", str(free_port()))
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


def answer(port: int, method: str, path: str, body: object, number: int) -> tuple[object, ...]:
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


def test_every_answer_through_the_gateway_is_the_monoliths_own(system: Checkout) -> None:
    ports = system.ports()
    statuses = set()
    for number, (method, path, body) in enumerate(REQUESTS):
        direct = answer(ports["monolith-1:http"], method, path, body, number)
        through = answer(ports["gateway:http"], method, path, body, number + 1000)
        assert through == direct, (method, path)
        statuses.add(direct[0])
    assert statuses >= {200, 201, 404, 405}
