"""How the truth is taken: rows that hang together, paths to them, and what a refusal teaches."""

from __future__ import annotations

import importlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

MIGRATE = Path(__file__).parents[3] / "benchmarks" / "migrate"
Modules = Callable[[str], ModuleType]
TABLES = """
create table users (id integer primary key, mail text not null unique);
create table projects (code text primary key, owner integer not null);
create table tasks (id integer primary key, project text not null, assignee integer, done integer);
create table labels (id integer primary key, name text unique);
create table task_labels (task integer not null, label integer not null, unique (task, label));
insert into users values (1, 'ann@example.com'), (2, 'bob@example.com');
insert into projects values ('alpha', 1), ('beta', 2);
insert into tasks values (7, 'alpha', null, 1);
insert into labels values (1, 'urgent');
"""


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> Modules:
    """The modules that run inside an application's environment."""
    monkeypatch.syspath_prepend(str(MIGRATE))
    return importlib.import_module


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(TABLES)
    yield connection
    connection.close()


def keys(inside: Modules) -> list[Any]:
    key = inside("inside.rows").Key
    return [
        key("projects", "owner", "users", "id"),
        key("tasks", "project", "projects", "code"),
        key("tasks", "assignee", "users", "id"),
        key("task_labels", "task", "tasks", "id"),
        key("task_labels", "label", "labels", "id"),
    ]


def hung(inside: Modules, database: sqlite3.Connection) -> None:
    inside("inside.dependants").Dependants(database, keys(inside)).hang()


def test_a_row_that_nothing_hangs_on_gets_one_that_is_a_copy(
    inside: Modules, database: sqlite3.Connection
) -> None:
    hung(inside, database)
    found = database.execute("select done from tasks where project = 'beta'").fetchall()
    assert found
    assert set(found) == {(1,)}


def test_what_is_made_hangs_together_with_what_it_hangs_on(
    inside: Modules, database: sqlite3.Connection
) -> None:
    hung(inside, database)
    apart = database.execute(
        "select count(*) from tasks join projects on project = code"
        " where project = 'beta' and assignee is not owner"
    ).fetchone()
    assert apart == (0,)


def test_a_table_between_two_gets_rows_though_it_had_none(
    inside: Modules, database: sqlite3.Connection
) -> None:
    hung(inside, database)
    bare = database.execute(
        "select count(*) from tasks where id not in (select task from task_labels)"
    )
    assert bare.fetchone() == (0,)


def test_a_path_is_filled_with_rows_that_hang_together_first(
    inside: Modules, database: sqlite3.Connection
) -> None:
    database.execute("insert into tasks values (9, 'beta', null, 0)")
    rows = inside("inside.rows").Rows(database, keys(inside))
    path = "/projects/{code}/tasks/{id}"
    ways = inside("inside.parameters").fillings(("code", "id"), rows, path=path)
    order = [(way["code"], way["id"]) for way in ways]
    assert order[0] == ("alpha", "7")
    assert ("beta", "9") in order
    assert ("beta", "7") not in order[: order.index(("beta", "9"))]


def test_a_name_tells_of_a_key_that_is_not_declared(inside: Modules) -> None:
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        "create table users (id text primary key);"
        "create table notes (id text, users_id text, x_id text);"
    )
    found = inside("inside.rows").by_name(connection, [])
    assert [(key.table, key.column, key.target, key.to) for key in found] == [
        ("notes", "users_id", "users", "id")
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('{"detail": [{"loc": ["query", "start"], "msg": "Field required"}]}', ("query", "start")),
        ('{"ticket": ["This field is required."]}', ("body", "ticket")),
        ('{"error": {"message": "Missing parameter: \'serial\'"}}', ("", "serial")),
    ],
)
def test_a_refusal_names_what_is_missing(
    inside: Modules, text: str, wanted: tuple[str, str]
) -> None:
    named = inside("inside.refusals").named
    assert named(400, text) == [wanted]
    assert named(403, text) == []
