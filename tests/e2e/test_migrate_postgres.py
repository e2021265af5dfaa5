"""A monolith on the system's PostgreSQL: one service has a database of its own, one shares its."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Iterator

import pytest

from tests.e2e.checkouts import Checkout, until
from tests.e2e.test_migrate import CATALOGUE, EXAMPLES, ORDER, ROWS, Shop, recorded
from tests.ports import free_port

pytestmark = [pytest.mark.e2e, pytest.mark.patient, pytest.mark.timeout(300)]
DRIVER = "pg8000>=1.31,<2\n"
WRITES = (
    "UPDATE stock SET count = count + 1 WHERE product_id = 2;"
    "INSERT INTO products (id, name, price, active) SELECT max(id) + 1, 'top', 1, true"
    " FROM products; DELETE FROM products WHERE name = 'top' AND id % 3 = 0"
)


class OnPostgres(Shop):
    """Its monolith's database is one of the system's."""

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        """In the monolith's own database, as its role."""
        done = self.run("db", "shell", "monolith", "-c", statement)
        rows = [line for line in done.out.splitlines() if "|" in line or line.strip().isdigit()]
        return [tuple(part.strip() for part in row.split("|")) for row in rows]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnPostgres]:
    here = tmp_path_factory.mktemp("postgres")
    begun = Checkout(here)
    shutil.copytree(EXAMPLES / "monolith-fastapi", here / "monolith")
    with (here / "monolith" / "requirements.txt").open("a") as file:
        file.write(DRIVER)
    begun.run("migrate", "plan", "monolith")
    boundaries = here / "boundaries.yaml"
    text = boundaries.read_text()
    boundaries.write_text(text.replace("  catalogue:\n    database: shared\n", "  catalogue:\n"))
    begun.run("migrate", "plan", "monolith")
    words = ("--into", "shop", "--port", str(free_port()), "--monolith-database", "postgres")
    begun.run("migrate", "apply", "monolith", *words, "--service", "catalogue")
    begun.run("migrate", "apply", "monolith", "--into", "shop", "--service", "orders")
    shop = OnPostgres(here / "shop", example="fastapi")
    try:
        shop.up()
        for row in ROWS:
            shop.sql(
                row.format(extra="", value="")
                .replace("7, 1)", "7, true)")
                .replace("3, 1)", "3, true)")
            )
        shop.sql("INSERT INTO customers (id, email, name) VALUES (1, 'anna@shop.test', 'Anna')")
        yield shop
    finally:
        shop.remove()


def states(shop: Shop, owner: str) -> set[str]:
    found = json.loads(shop.run("migrate", "status", "--json").out)
    return {e["state"] for e in [*found["routes"], *found["tables"]] if e["owner"] == owner}


def test_its_tables_are_its_own_and_its_guest_owns_nothing(shop: OnPostgres) -> None:
    query = "SELECT tableowner, count(*) FROM pg_tables WHERE schemaname = 'public' GROUP BY 1"
    assert ("monolith", "10") in shop.sql(query)
    assert shop.get("/products/").json()["products"][0]["name"] == "kite"
    assert states(shop, "orders") == {"monolith", "shared"}
    told = shop.run("migrate", "backfill", "orders", "--to", "orders", code=1).err
    assert "orders runs on the monolith's database" in told


def test_rows_are_carried_over_while_it_writes(shop: OnPostgres) -> None:
    writer = threading.Thread(target=lambda: [shop.sql(WRITES) for _ in range(3)], daemon=True)
    writer.start()
    shop.run("migrate", "backfill", *CATALOGUE, "--to", "catalogue", code=None)
    writer.join()
    shop.run("migrate", "backfill", *CATALOGUE, "--to", "catalogue")
    shop.run("migrate", "compare", *CATALOGUE, "--to", "catalogue")
    found = json.loads(shop.run("migrate", "status", "--json").out)["tables"]
    counted = {each["table"]: (each["monolith"], each["service"]) for each in found}
    assert counted["stock"] == (2, 2)


def test_both_services_write_what_it_writes_on_copies_alone(shop: OnPostgres) -> None:
    running = shop.begin("migrate", "record", "--for", "60s", "--count", "6")
    until((shop.state / "processes" / "gateway" / "dynamic" / "mirror.yml").exists)
    until(lambda: shop.get("/products/").status == 200 and recorded(shop) > 0)
    for method, path, body in (
        ("POST", "/orders/", ORDER),
        ("GET", "/orders/1/", None),
        ("POST", "/orders/1/cancel/", {}),
    ):
        assert shop.get(path, method=method, body=body).status in (200, 201)
    while running.poll() is None:
        assert shop.get("/products/1/").status == 200
        time.sleep(0.05)
    before = shop.sql("SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM visits)")
    for service, path in (("orders", "/orders"), ("catalogue", "/products")):
        verify = ("migrate", "verify", "--to", service, "--path", path, "--writes")
        assert "requests equal" in shop.run(*verify, "--ignore", "visits").err
    assert "rows of visits" in shop.run(*verify, code=1).out
    after = shop.sql("SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM visits)")
    assert after == before
    names = shop.sql("SELECT count(*) FROM pg_database WHERE datname LIKE 'mscli.%'")
    roles = shop.sql("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'mscli.%'")
    assert (names, roles) == ([("0",)], [("0",)])


def test_then_their_routes_are_flipped(shop: OnPostgres) -> None:
    for path, service in (("/products", "catalogue"), ("/orders", "orders")):
        shop.run("migrate", "route", path, "--to", service)
    assert states(shop, "catalogue") == {"flipped"}
    assert states(shop, "orders") == {"flipped", "shared"}
    placed = shop.get("/orders/", method="POST", body=ORDER)
    assert placed.status == 201
    number = placed.json()["id"]
    assert shop.get(f"/orders/{number}/", "monolith-1:http").json()["state"] == "placed"
    assert shop.get("/products/1/").json()["name"] == "kite"
