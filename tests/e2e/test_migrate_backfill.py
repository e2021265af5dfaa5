"""Rows are carried from one service's database into another's while they are written."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.e2e.checkouts import Checkout

pytestmark = [pytest.mark.e2e, pytest.mark.patient, pytest.mark.timeout(300)]

TABLE = (
    "CREATE TABLE sales (id serial PRIMARY KEY, sku text NOT NULL, total numeric(10,2), "
    "paid boolean, made timestamptz DEFAULT now(), ref uuid DEFAULT gen_random_uuid())"
)
FILL = (
    "INSERT INTO sales (sku, total, paid) SELECT 's' || n, n * 1.1, n % 2 = 0 "
    "FROM generate_series(1, 6000) n"
)
WRITES = (
    "INSERT INTO sales (sku, total) VALUES ('new', 1); UPDATE sales SET total = total + 1 "
    "WHERE id % 1000 = 7; DELETE FROM sales WHERE id = (SELECT max(id) - 10 FROM sales)"
)
ELSEWHERE = """
  legacy:
    template: none
    path: legacy
    command: sleep 1d
    env: {{DATABASE_URL: "{address}"}}
"""
BETWEEN = ("sales", "--from", "orders", "--to", "payments")


@contextmanager
def monolith_with_a_database_elsewhere(shop: Checkout) -> Iterator[None]:
    """A service that names a server by its address: that of orders, where the rows are."""
    text = shop.file.read_text()
    [secret] = shop.folder.glob(".mscli/local/secrets/orders*url*")
    address = secret.read_text().strip().replace("postgresql://", "postgresql+psycopg://")
    services = f"services:{ELSEWHERE.format(address=address)}"
    shop.file.write_text(text.replace("services:\n", services, 1))
    try:
        yield
    finally:
        shop.file.write_text(text)


def test_a_table_is_carried_over_under_writes_and_a_mismatch_is_found(shop: Checkout) -> None:
    def sql(service: str, statement: str) -> str:
        return shop.run("db", "shell", service, "-c", statement).out

    for service in ("payments", "orders"):
        sql(service, TABLE)
    try:
        sql("orders", FILL)
        back = ("migrate", "backfill", "sales", "--from", "payments", "--to", "orders")
        assert "orders gets 100 % of /orders" in shop.run(*back, code=2).err
        writer = threading.Thread(
            target=lambda: [sql("orders", WRITES) for _ in range(2)], daemon=True
        )
        writer.start()
        shop.run("migrate", "backfill", *BETWEEN)
        writer.join()
        shop.run("migrate", "backfill", *BETWEEN)
        assert "both agree" in shop.run("migrate", "compare", *BETWEEN).out

        assert sql("payments", "INSERT INTO sales (sku) VALUES ('next')")
        sql("payments", "UPDATE sales SET paid = NULL WHERE id = 8")
        done = shop.run("migrate", "compare", *BETWEEN, "--json", code=1)
        (found,) = json.loads(done.out)
        assert len(found["mismatches"]) == 2
        assert found["mismatches"][0]["key"] == [8]

        with monolith_with_a_database_elsewhere(shop):
            there = ("sales", "--from", "legacy", "--to", "payments")
            assert "2 differ" in shop.run("migrate", "compare", *there, code=1).out
            assert "both agree" in shop.run("migrate", "backfill", *there).out
    finally:
        for service in ("payments", "orders"):
            sql(service, "DROP TABLE sales")
