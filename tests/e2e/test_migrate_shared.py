"""Code first, then data: services on the monolith's database, and one that leaves it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from tests.e2e.checkouts import Checkout, until
from tests.e2e.test_migrate import CATALOGUE, EXAMPLES, Shop, fill, recorded
from tests.ports import free_port

pytestmark = [pytest.mark.e2e, pytest.mark.patient, pytest.mark.timeout(300)]
EXAMPLE = "django"
FOLDER = str(EXAMPLES / f"monolith-{EXAMPLE}")
LINES = [{"product": 1, "count": 2}]
ORDERS = ("orders", "order_lines", "payments")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The shop with two services on its own database: what mscli proposes where much is cut."""
    here = tmp_path_factory.mktemp("shared")
    begun = Checkout(here)
    begun.run("migrate", "plan", FOLDER)
    into = ("--into", "shop", "--port", str(free_port()))
    begun.run("migrate", "apply", FOLDER, *into, "--monolith-only")
    shop = Shop(here / "shop", example=EXAMPLE)
    try:
        shop.up()
        fill(shop)
        begun.run("migrate", "apply", FOLDER, "--into", "shop", *chosen("catalogue", "orders"))
        shop.up()
        yield shop
    finally:
        shop.remove()


def chosen(*services: str) -> list[str]:
    return [word for name in services for word in ("--service", name)]


def stock(shop: Shop) -> object:
    return shop.sql("SELECT count FROM stock WHERE product_id = 1")[0][0]


def stands(shop: Shop, owner: str) -> set[str]:
    found = json.loads(shop.run("migrate", "status", "--json").out)
    every = [*found["routes"], *found["tables"]]
    return {each["state"] for each in every if each["owner"] == owner}


def visited(shop: Shop) -> int:
    """How many requests the middleware has counted."""
    return int(str(shop.sql("SELECT count(*) FROM visits")[0][0]))


def test_a_transaction_over_two_services_is_one_on_the_shared_database(shop: Shop) -> None:
    """Orders take from the stock, which the catalogue is to own; nobody has written a saga."""
    shop.sql("INSERT INTO customers (id, email, name) VALUES (1, 'anna@shop.test', 'Anna')")
    order = {"customer": 1, "lines": LINES}
    running = shop.begin("migrate", "record", "--for", "60s", "--count", "6")
    until((shop.state / "processes" / "gateway" / "dynamic" / "mirror.yml").exists)
    until(lambda: shop.get("/products/").status == 200 and recorded(shop) > 0)
    asked = [("POST", "/orders/", order), ("GET", "/orders/1/", None)]
    for method, path, body in [*asked, ("POST", "/orders/1/cancel/", {})]:
        assert shop.get(path, method=method, body=body).status in (200, 201)
    while running.poll() is None:
        assert shop.get("/products/1/").status == 200
        time.sleep(0.05)
    verify = ("migrate", "verify", "--to", "orders", "--path", "/orders", "--writes")
    assert "3 of 3 requests equal" in shop.run(*verify, "--ignore", "visits").err

    assert stands(shop, "orders") == {"monolith", "shared"}
    shop.run("migrate", "route", "/orders", "--to", "orders")
    assert stands(shop, "orders") == {"flipped", "shared"}
    before, visits = stock(shop), visited(shop)
    placed = shop.get("/orders/", method="POST", body=order)
    assert placed.status == 201
    assert stock(shop) == int(str(before)) - 2
    assert visited(shop) == visits + 1, "the monolith's own middleware goes along"
    found = shop.get(f"/orders/{placed.json()['id']}/", "monolith-1:http").json()
    assert found["lines"] == [{"product": "kite", "count": 2}]
    told = shop.run("migrate", "backfill", *ORDERS, "--to", "orders", code=1).err
    assert "orders runs on the monolith's database" in told


def test_a_service_whose_database_is_nowhere_ends_at_once_and_says_why(shop: Shop) -> None:
    text = shop.file.read_text()
    address = "sqlite:///../monolith/shop.sqlite3"
    assert text.count(address) == 2
    shop.file.write_text(text.replace(f'"{address}"', '""', 1))
    try:
        said = shop.run("up", "-d", code=6).err
        assert "catalogue-1: ended" in said
        assert "MONOLITH_DATABASE_URL is not set: write it into `env` of services.catalogue" in said
    finally:
        shop.file.write_text(text)
        shop.up()


def test_then_its_rows_follow_the_code(shop: Shop) -> None:
    here = Checkout(shop.folder.parent)
    file = here.folder / "boundaries.yaml"
    text = file.read_text()
    file.write_text(text.replace("  catalogue:\n    database: shared\n", "  catalogue:\n"))
    here.run("migrate", "plan", FOLDER)
    again = ("migrate", "apply", FOLDER, "--into", "shop", *chosen("catalogue"))
    assert "catalogue was made for the monolith's database" in here.run(*again, code=2).err
    shop.run("rm", "service", "catalogue", "--purge", "--yes")
    here.run(*again)
    shop.share_the_key()
    assert stands(shop, "catalogue") == {"monolith"}, "it has no database before it is up"
    shop.up()
    shop.run("migrate", "backfill", *CATALOGUE, "--to", "catalogue")
    shop.run("migrate", "compare", *CATALOGUE, "--to", "catalogue")
    shop.run("migrate", "route", "/products", "--to", "catalogue")
    assert stands(shop, "catalogue") == {"flipped"}
    assert stands(shop, "orders") == {"flipped", "shared"}
    left = stock(shop)
    assert shop.get("/products/1/").json() == {"id": 1, "name": "kite", "left": left}
