"""A monolith's database elsewhere: which variable names it, and what its address says."""

from __future__ import annotations

import pytest

from mscli.errors import UsageError
from mscli.migrate.strangler.stores import elsewhere
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
