"""A monolith becomes a system, and nobody outside can tell; then a leaf takes over its routes."""

from __future__ import annotations

import http.client
import json
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.checkouts import Answer, Checkout, until
from tests.ports import free_port

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
Asked = tuple[str, str, object]
REQUESTS: tuple[Asked, ...] = (
    ("POST", "/customers/", ANNA),
    ("GET", "/products/", None),
    ("GET", "/products/1/", None),
    ("GET", "/products/shelf/", None),
    ("POST", "/products/1/remember/", None),
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
LOOKED: tuple[Asked, ...] = (
    ("GET", "/products/", None),
    ("GET", "/products/1/", None),
    ("GET", "/products/shelf/", None),
    ("GET", "/products/99/", None),
    ("GET", "/products/ball/", None),
    ("GET", "/products/1", None),
)
"""What is recorded of the catalogue: also what is not there, and what is redirected."""
CATALOGUE = ("categories", "products", "product_categories", "stock")
REQUESTED = 20
SPLIT = "flask"
"""The example whose orders become a service, too, so that placing one is a saga."""
KEY = "for-a-laptop-only"
TAKEN = "UPDATE stock SET count = count {} 2 WHERE product_id = 1"
STEP = "    # ---- Your business code goes here."
IMPORTS = "from pydantic import JsonValue\n"
ACCOUNTS = ("customers", "profiles")


@dataclass
class Shop(Checkout):
    """An example monolith that became a system."""

    example: str = ""

    @property
    def monolith(self) -> Path:
        return self.folder / "services" / "monolith"

    def share_the_key(self) -> None:
        """What the monolith signs, the catalogue reads, as the report asks for it."""
        file = self.folder / "mscli.yaml"
        begun = "  catalogue:\n"
        key = f"{begun}    env:\n      SECRET_KEY: {KEY}\n"
        file.write_text(file.read_text().replace(begun, key))

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        """In the monolith's own database."""
        [path] = [p for p in self.monolith.rglob("*.sqlite3") if ".venv" not in p.parts]
        with closing(sqlite3.connect(path, timeout=20)) as database, database:
            return database.execute(statement).fetchall()

    def visits(self) -> int:
        """How often the monolith was asked for a product: its middleware writes a row for each."""
        return int(str(self.sql("SELECT count(*) FROM visits WHERE path='/products/1/'")[0][0]))

    def states(self) -> dict[str, str]:
        """Where the catalogue's routes and tables stand."""
        done = self.run("migrate", "status", "--json")
        found = json.loads(done.out)
        every = [*found["routes"], *found["tables"]]
        return {
            each.get("route") or each["table"]: each["state"]
            for each in every
            if each["owner"] == "catalogue"
        }


@pytest.fixture(params=["fastapi", "flask", "django"], scope="module")
def shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """An example that was planned, applied and brought up, with something to sell."""
    folder, here = EXAMPLES / f"monolith-{request.param}", tmp_path_factory.mktemp("migrate")
    begun = Checkout(here)
    begun.run("migrate", "plan", str(folder), "--database", "own")
    chosen = ("--service", "catalogue", "--service", "accounts", "--port", str(free_port()))
    begun.run("migrate", "apply", str(folder), "--into", "shop", *chosen)
    shop = Shop(here / "shop", example=request.param)
    shop.share_the_key()
    try:
        shop.up()
        fill(shop)
        yield shop
    finally:
        shop.remove()


def fill(shop: Shop) -> None:
    """Something to sell."""
    is_django = (shop.monolith / "manage.py").is_file()
    if is_django:
        migrate = [str(shop.monolith / ".venv/bin/python"), "manage.py", "migrate", "--run-syncdb"]
        subprocess.run(migrate, cwd=shop.monolith, check=True, capture_output=True)
    extra = (", place", ", 0") if is_django else ("", "")
    for row in ROWS:
        shop.sql(row.format(extra=extra[0], value=extra[1]))


def answer(port: int, method: str, path: str, body: object, number: int) -> object:
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


def test_nobody_outside_can_tell(shop: Shop) -> None:
    ports = shop.ports()
    statuses = set()
    for number, (method, path, body) in enumerate(REQUESTS):
        direct = answer(ports["monolith-1:http"], method, path, body, number)
        through = answer(ports["gateway:http"], method, path, body, number + 1000)
        assert through == direct, (method, path)
        assert isinstance(direct, tuple)
        statuses.add(direct[0])
    assert statuses >= {200, 201, 404, 405}


def test_what_is_to_be_written_says_so(shop: Shop) -> None:
    found = shop.get("/customers/1/delete/", "accounts-1:http", method="POST")
    assert found.status == 501
    assert "not moved" in found.json()["detail"]


def test_what_is_generated_is_tidy(shop: Shop) -> None:
    ruff = str(Path(sys.executable).with_name("ruff"))
    for name in ("catalogue", "accounts"):
        for words in (["check"], ["format", "--check"]):
            command = [ruff, *words, "--no-cache", "."]
            folder = shop.folder / "services" / name
            done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
            assert done.returncode == 0, done.stdout
    assert_typed(shop.folder / "services" / "catalogue")


def assert_typed(service: Path) -> None:
    """What is generated is typed: by the service's own settings, with the packages that it has."""
    mypy = str(Path(sys.executable).with_name("mypy"))
    command = [mypy, "--python-executable", str(service / ".venv/bin/python"), "src"]
    done = subprocess.run(command, cwd=service, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_boundaries_are_frozen_in_the_monolith(shop: Shop) -> None:
    """What crosses today is ignored by name, and what would cross anew is refused."""
    lint = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    assert subprocess.run(lint, cwd=shop.monolith, check=False, capture_output=True).returncode == 0
    offender = next(shop.monolith.glob("shop/**/catalogue*/views.py"), None)
    offender = offender or next(shop.monolith.glob("shop/**/catalogue.py"))
    package = ".".join(offender.parent.relative_to(shop.monolith).parts)
    line = "from shop.orders import views" if offender.name == "views.py" else ""
    line = line or f"from {package} import reports"
    before = offender.read_text()
    offender.write_text(f"{before}\n{line}  # noqa: F401\n")
    assert subprocess.run(lint, cwd=shop.monolith, check=False, capture_output=True).returncode == 1
    offender.write_text(before)


def test_a_leaf_takes_over_its_routes_and_gives_them_back(shop: Shop) -> None:
    _record(shop)
    route = ("migrate", "route", "/products", "--to")
    assert "catalogue has no rows of" in shop.run(*route, "catalogue", code=6).err
    shop.sql("DELETE FROM profiles WHERE customer_id IN (SELECT id FROM customers WHERE name='Bo')")
    shop.sql("DELETE FROM customers WHERE name = 'Bo'")
    for service, tables in (("catalogue", CATALOGUE), ("accounts", ACCOUNTS)):
        shop.run("migrate", "backfill", *tables, "--to", service)
        shop.run("migrate", "compare", *tables, "--to", service)
    _assert_verified(shop)

    assert set(shop.states().values()) == {"monolith", "mirrored"}
    shop.run(*route, "catalogue", "--percent", "50")
    assert set(shop.states().values()) == {"split", "mirrored"}
    assert 0 < _at_the_monolith(shop) < REQUESTED
    shop.run(*route, "catalogue")
    assert set(shop.states().values()) == {"flipped"}
    assert _at_the_monolith(shop) == 0
    ports = shop.ports()
    for asked in LOOKED:
        through = answer(ports["gateway:http"], *asked, 0)
        assert through == answer(ports["monolith-1:http"], *asked, 0), asked
    shop.run(*route, "monolith")
    assert set(shop.states().values()) == {"monolith", "mirrored"}
    assert _at_the_monolith(shop) == REQUESTED
    metrics = shop.get("/metrics", "catalogue-1:http").body.decode()
    assert re.search(r'method="GET",route="[^"]*/{product_id}/",status="200"', metrics)
    if shop.example == SPLIT:
        _assert_a_split_transaction_is_a_saga(shop)


def test_a_message_of_one_side_is_shown_by_the_other(shop: Shop) -> None:
    """The cookie is signed with one key; in FastAPI's shop the page's address says it."""
    monolith, service = (shop.ports()[f"{name}-1:http"] for name in ("monolith", "catalogue"))
    for begun, ended in ((monolith, service), (service, monolith)):
        connection = http.client.HTTPConnection("127.0.0.1", begun, timeout=20)
        with closing(connection):
            connection.request("POST", "/products/1/remember/")
            said = connection.getresponse()
        path, cookie = said.headers["Location"], said.headers.get("Set-Cookie", "")
        connection = http.client.HTTPConnection("127.0.0.1", ended, timeout=20)
        with closing(connection):
            connection.request("GET", path, headers={"Cookie": cookie.partition(";")[0]})
            page = connection.getresponse().read().decode()
        assert re.search("Remembered: (kite|1)<", page), page
        assert '<a href="/orders/">Order</a>' in page


def _write_steps(shop: Shop) -> None:
    """The business code of placing an order, where the scaffold says that it goes."""
    place = "INSERT INTO orders (customer_id, state) VALUES (1, 'placed')"
    for service, do, undo in (
        ("catalogue", TAKEN.format("-"), TAKEN.format("+")),
        ("orders", place, ""),
    ):
        path = shop.folder / f"services/{service}/src/{service}/sagas/place_place.py"
        text = path.read_text().replace(IMPORTS, f"{IMPORTS}from sqlalchemy import text\n")
        acts, _, undoes = text.partition(STEP)
        text = f"{acts}    await connection.execute(text({do!r}))\n{STEP}{undoes}"
        acts, last, _ = text.rpartition(STEP) if undo else (text, "", "")
        text = f"{acts}    await connection.execute(text({undo!r}))\n" if last else text
        path.write_text(text.replace('"refuse"', f'"{service} refuses"'))


def _assert_a_split_transaction_is_a_saga(shop: Shop) -> None:
    """An order takes from the stock of another service; what is refused is put back."""
    folder = str(EXAMPLES / f"monolith-{shop.example}")
    words = ("migrate", "apply", folder, "--into", "shop", "--service", "orders")
    Checkout(shop.folder.parent).run(*words)
    _write_steps(shop)
    shop.up()

    def rows(service: str, query: str) -> int:
        done = shop.run("db", "shell", service, "-c", f"COPY ({query}) TO STDOUT")
        return int(done.out.strip())

    def place(**given: str) -> str:
        begun = shop.get("/sagas/place", "orders-1:http", method="POST", body=given)
        path = f"/sagas/place/{begun.json()['saga_id']}"
        ended = ("completed", "compensated", "failed")
        until(lambda: state(path) in ended)
        return state(path)

    def state(path: str) -> str:
        found = shop.get(path, "orders-1:http")
        return str(found.json()["state"]) if found.status == 200 else ""

    stock, orders = "SELECT count FROM stock WHERE product_id = 1", "SELECT count(*) FROM orders"
    before = rows("catalogue", stock)
    assert place() == "completed"
    assert (rows("catalogue", stock), rows("orders", orders)) == (before - 2, 1)
    assert place(**{"orders refuses": "place"}) == "compensated"
    assert (rows("catalogue", stock), rows("orders", orders)) == (before - 2, 1)


def _record(shop: Shop) -> None:
    """A recording of the catalogue's requests, and of somebody who registers."""
    running = shop.begin("migrate", "record", "--for", "60s", "--count", str(len(LOOKED) + 2))
    until((shop.state / "processes" / "gateway" / "dynamic" / "mirror.yml").exists)
    until(lambda: shop.get("/products/").status == 200 and recorded(shop) > 0)
    ports = shop.ports()
    for asked in LOOKED[1:]:
        answer(ports["gateway:http"], *asked, 0)
    answer(ports["gateway:http"], "POST", "/customers/", {"email": "bo@shop.test", "name": "Bo"}, 0)
    while running.poll() is None:
        assert shop.get("/products/1/").status == 200
        time.sleep(0.05)
    assert running.returncode == 0


def recorded(shop: Shop) -> int:
    """How many requests are in the last recording."""
    files = list((shop.state / "recordings").glob("*"))
    time.sleep(0.05)
    return len(files[-1].read_text().splitlines()) - 1 if files else 0


def _assert_verified(shop: Shop) -> None:
    """The leaf answers as the monolith; who registers is written alike, with the profile."""
    rows = shop.sql("SELECT count(*) FROM customers")
    done = shop.run("migrate", "verify", "--to", "catalogue", "--path", "/products")
    assert re.search(r"(\d+) of \1 requests equal", done.err), done.err
    words = ("migrate", "verify", "--to", "accounts", "--path", "/customers", "--writes")
    assert "1 of 1 requests equal" in shop.run(*words, "--ignore", "visits").err
    assert shop.sql("SELECT count(*) FROM customers") == rows
    found = shop.run("db", "shell", "accounts", "-c", "SELECT count(*) FROM customers").out
    assert f" {rows[0][0]}\n" in found


def _at_the_monolith(shop: Shop) -> int:
    """How many requests of some that look at a product reach the monolith."""
    before = shop.visits()
    answers: list[Answer] = [shop.get("/products/1/") for _ in range(REQUESTED)]
    assert {found.status for found in answers} == {200}
    return shop.visits() - before
