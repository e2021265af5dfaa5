"""Columns of enumerations, and check constraints, as a service's migration makes them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from mscli.migrate.apply.tables.checks import NoSql, condition, is_portable
from mscli.migrate.apply.tables.writing import Owned, migration, tables_module
from tests.unit.migrate.test_tables import read

ENUMS = """
    import enum
    from enum import auto
    from sqlalchemy import CheckConstraint, Column, Enum as OfDatabase, Integer, MetaData, Table
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

    class Base(DeclarativeBase):
        pass

    class Named(str, enum.Enum):
        def __str__(self):
            return self.value

    class Status(Named):
        OPEN = "is open"
        SHUT = "is shut"
        CLOSED = "is shut"
        _hidden = 1

    class Long(enum.Enum):
        A_MEMBER_OF_A_LONG_NAME = 1
        ANOTHER_MEMBER_OF_A_LONG_NAME = 2

    class Level(enum.StrEnum):
        LOW = auto()

    class Ticket(Base):
        __tablename__ = "tickets"
        __table_args__ = (CheckConstraint("size > 0 AND size <= 9", name="sized"),)
        id: Mapped[int] = mapped_column(primary_key=True)
        plain: Mapped["Status | None"]
        given: Mapped[Status] = mapped_column(default=Status.OPEN)
        named = mapped_column(OfDatabase(Status, name="of_old"), nullable=False)
        short = mapped_column(OfDatabase(Status, native_enum=False, length=20))
        level = mapped_column(OfDatabase(Level, values_callable=lambda e: [m.value for m in e]))
        long: Mapped[Long | None]
        size: Mapped[int] = mapped_column(CheckConstraint("length(short) < size"))

    other = Table("others", MetaData(), Column("id", Integer, primary_key=True),
                  Column("status", OfDatabase(Status)), CheckConstraint("json_valid(status)"))
"""


def test_an_enumeration_is_a_type_of_the_names_of_its_members(tmp_path: Path) -> None:
    tables = read(tmp_path, ENUMS)
    found = {column.name: column for column in tables["tickets"].columns}
    native = 'sa.Enum("OPEN", "SHUT", name="status")'
    assert (found["plain"].type, found["plain"].nullable) == (native, True)
    assert (found["given"].type, found["given"].nullable) == (native, False)
    assert found["named"].type == 'sa.Enum("OPEN", "SHUT", name="of_old")'
    assert found["level"].type == 'sa.Enum("low", name="level")'
    short = found["short"]
    assert short.type == native.replace(")", ", native_enum=False, length=20)")
    assert short.enumeration is None
    assert tables["others"].columns[1].type == native


def test_a_migration_makes_each_type_once_and_takes_it_back(tmp_path: Path) -> None:
    tables = read(tmp_path, ENUMS)
    owned = Owned([tables["tickets"], tables["others"]], {})
    up, _, down = migration(owned).partition("def downgrade")
    made = 'postgresql.ENUM("OPEN", "SHUT", name="status").create(op.get_bind())'
    assert up.count(".create(op.get_bind())") == 4
    assert up.index(made) < up.index("op.create_table")
    assert 'postgresql.ENUM("OPEN", "SHUT", name="status", create_type=False)' in up
    assert down.index("op.drop_table") < down.index('ENUM(name="status").drop(op.get_bind())')
    for code in (migration(owned), tables_module(owned)):
        ast.parse(code)


def test_checks_are_in_the_table_and_one_that_is_not_understood_is_told(tmp_path: Path) -> None:
    tables = read(tmp_path, ENUMS)
    assert tables["tickets"].unknown == tables["others"].unknown == ()
    assert ["json_valid" in text for text in tables["others"].unchecked] == [True]
    owned = Owned([tables["tickets"]], {})
    for code in (migration(owned), tables_module(owned)):
        assert 'sa.CheckConstraint("size > 0 AND size <= 9", name="sized")' in code
        assert 'sa.CheckConstraint("length(short) < size", name="ck_tickets_' in code


@pytest.mark.parametrize(
    ("sql", "is_alike"),
    [
        ("n > 0", True),
        ("kind IN ('a', 'b') OR coalesce(n, 0) <> -1.5", True),
        ("paid = 1", False),
        ("json_valid(data)", False),
        ("name LIKE 'a'", False),
        ("n::int > 0", False),
    ],
)
def test_a_check_is_kept_where_every_database_reads_it_alike(sql: str, is_alike: bool) -> None:
    assert is_portable(sql) is is_alike


@pytest.mark.parametrize(
    ("code", "sql"),
    [
        ("Q(stock__gte=0)", '("stock" >= 0)'),
        ("Q(stock__lt=F('most'), kind='x')", '("stock" < "most" AND "kind" = \'x\')'),
        ("Q(kind__in=['a', 'b']) | ~Q(stock=-1)",
         "((\"kind\" IN ('a', 'b')) OR NOT (\"stock\" = -1))"),
        ("models.Q(owner__isnull=True) & Q(paid=False)",
         '(("owner_id" IS NULL) AND ("paid" = FALSE))'),
    ],
)  # fmt: skip
def test_conditions_of_django_are_sql(code: str, sql: str) -> None:
    assert _condition(code) == sql


@pytest.mark.parametrize(
    "code",
    ["~Q(owner=1)", "Q(name__regex='a')", "Q(kind=Kind.A)", "Q(other=1)", "Q()", "Exact(1)"],
)
def test_a_condition_without_an_exact_form_is_none(code: str) -> None:
    with pytest.raises(NoSql):
        _condition(code)


def _condition(code: str) -> str:
    names = ("stock", "most", "kind", "paid", "name")
    columns = {**dict.fromkeys(names, False), "owner_id": True}
    return condition(ast.parse(code, mode="eval").body, columns, {"owner": "owner_id"})
