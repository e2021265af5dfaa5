"""A monolith's database elsewhere: which variable names it, and what its address says."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from mscli.errors import UsageError
from mscli.migrate.store import ADDRESS
from mscli.migrate.strangler.stores import Sqlite, elsewhere, named_file, store_of
from mscli.model.system import Service
from mscli.runtimes.processes import psql


@pytest.mark.parametrize(
    ("env", "address"),
    [
        ({"DATABASE_URL": "postgres://me@db/shop"}, "postgresql://me@db/shop"),
        ({"DB": "postgresql+psycopg://me@db/shop"}, "postgresql://me@db/shop"),
        (
            {"AUDIT_URL": "postgresql://a/audit", "DATABASE_URL": "postgresql://a/shop"},
            "postgresql://a/shop",
        ),
        ({"DATABASE_URL": "mysql://me@db/shop", "SECRET_KEY": "postgres"}, ""),
    ],
)
def test_the_address_is_that_of_a_variable(env: dict[str, str], address: str) -> None:
    assert elsewhere(env) == address


def test_an_address_says_role_database_and_password_and_is_only_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(psql, "program", lambda name: name)
    server = psql.server_at("postgresql://me:p%40ss@db:5433/shop?sslmode=require")
    assert server.psql == ("psql", "--host", "db", "--port", "5433")
    assert (server.role, server.password, server.database) == ("me", "p@ss", "shop")
    assert server.environment["PGSSLMODE"] == "require"
    assert "default_transaction_read_only=on" in server.environment["PGOPTIONS"]


@pytest.mark.parametrize(
    "address", ["postgresql://me:hidden@db:none/shop", "postgresql://[db/shop"]
)
def test_what_is_no_address_is_an_error_that_hides_the_password(address: str) -> None:
    with pytest.raises(UsageError) as error:
        psql.server_at(address)
    assert "hidden" not in f"{error.value.message} {error.value.hint}"


def test_of_several_files_the_one_counts_that_a_variable_names(tmp_path: Path) -> None:
    monolith = Service("monolith", "services/monolith", template="none")
    orders = Service(
        "orders", "services/orders", env={ADDRESS: "sqlite:///../monolith/instance/shop.db"}
    )
    folder = tmp_path / "services" / "monolith"
    for name in ("instance/shop.db", "celerybeat-schedule"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(folder / name)) as database:
            database.execute("CREATE TABLE orders (id INTEGER)")
    services = {"monolith": monolith, "orders": orders}
    assert named_file(tmp_path, monolith, {"monolith": monolith}) is None
    assert store_of(None, monolith, folder) is None

    file = folder / "instance" / "shop.db"
    assert named_file(tmp_path, monolith, services) == file
    assert store_of(None, monolith, folder, file) == Sqlite(file)
    assert named_file(tmp_path, orders, services) is None

    named = replace(monolith, env={"DATABASE_URL": "sqlite:///instance/shop.db"})
    assert named_file(tmp_path, named, {"monolith": named}) == file
