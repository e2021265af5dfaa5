"""How the truth is taken: rows that hang together, paths to them, and what a refusal teaches."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.migrate.truths import Modules

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
def database() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(TABLES)
    yield connection
    connection.close()


def keys(modules: Modules) -> list[Any]:
    key = modules("inside.rows").Key
    return [
        key("projects", "owner", "users", "id"),
        key("tasks", "project", "projects", "code"),
        key("tasks", "assignee", "users", "id"),
        key("task_labels", "task", "tasks", "id"),
        key("task_labels", "label", "labels", "id"),
    ]


def hung(modules: Modules, database: sqlite3.Connection) -> None:
    modules("inside.dependants").Dependants(database, keys(modules)).hang()


def test_a_row_that_nothing_hangs_on_gets_one_that_is_a_copy(
    modules: Modules, database: sqlite3.Connection
) -> None:
    hung(modules, database)
    found = database.execute("select done from tasks where project = 'beta'").fetchall()
    assert found
    assert set(found) == {(1,)}


def test_what_is_made_hangs_together_with_what_it_hangs_on(
    modules: Modules, database: sqlite3.Connection
) -> None:
    hung(modules, database)
    apart = database.execute(
        "select count(*) from tasks join projects on project = code"
        " where project = 'beta' and assignee is not owner"
    ).fetchone()
    assert apart == (0,)


def test_a_table_between_two_gets_rows_though_it_had_none(
    modules: Modules, database: sqlite3.Connection
) -> None:
    hung(modules, database)
    bare = database.execute(
        "select count(*) from tasks where id not in (select task from task_labels)"
    )
    assert bare.fetchone() == (0,)


def test_a_path_is_filled_with_rows_that_hang_together_first(
    modules: Modules, database: sqlite3.Connection
) -> None:
    database.execute("insert into tasks values (9, 'beta', null, 0)")
    rows = modules("inside.rows").Rows(database, keys(modules))
    path = "/projects/{code}/tasks/{id}"
    ways = modules("inside.parameters").fillings(("code", "id"), rows, path=path)
    order = [(way["code"], way["id"]) for way in ways]
    assert order[0] == ("alpha", "7")
    assert ("beta", "9") in order
    assert ("beta", "7") not in order[: order.index(("beta", "9"))]


def test_a_name_tells_of_a_key_that_is_not_declared(modules: Modules) -> None:
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        "create table users (id text primary key);"
        "create table notes (id text, users_id text, x_id text);"
    )
    found = modules("inside.rows").by_name(connection, [])
    assert [(key.table, key.column, key.target, key.to) for key in found] == [
        ("notes", "users_id", "users", "id")
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('{"detail": [{"loc": ["query", "start"], "msg": "Field required"}]}', ("query", "start")),
        ('{"ticket": ["This field is required."]}', ("body", "ticket")),
        ('{"error": {"message": "Missing parameter: \'serial\'"}}', ("", "serial")),
        ('{"error": {"message": "ERR905: Missing parameter: serial"}}', ("", "serial")),
    ],
)
def test_a_refusal_names_what_is_missing(
    modules: Modules, text: str, wanted: tuple[str, str]
) -> None:
    faults = modules("inside.refusals").faults
    assert [(one.place, one.name) for one in faults(400, text)] == [wanted]
    assert faults(403, text) == []


def test_a_body_is_mended_where_it_is_wrong(modules: Modules) -> None:
    refusals = modules("inside.refusals")
    said = [
        {"type": "missing", "loc": ["body", "plan", "AsTask", "name"]},
        {"type": "extra_forbidden", "loc": ["body", "plan", "more"]},
        {"type": "enum", "loc": ["body", "plan", "of", 0], "ctx": {"expected": "'red' or 'blue'"}},
        {"type": "dict_type", "loc": ["body", "plan", "shown"]},
    ]
    body: dict[str, Any] = {"plan": {"more": 1, "of": ["text"], "shown": "text", "kept": 2}}
    found = refusals.mended(body, refusals.faults(422, json.dumps({"detail": said})), str.upper)
    plan = {"of": ["red"], "shown": {}, "kept": 2, "name": "NAME"}
    assert found == {"plan": plan}
    assert "more" in body["plan"]


def test_a_refusal_may_be_told_as_python_says_it(modules: Modules) -> None:
    refusals = modules("inside.refusals")
    said = "1 validation error:\n  {'type': 'missing', 'loc': ('query', 'token'), 'msg': 'No'}\n"
    found = refusals.faults(422, json.dumps(["ValueError", said]))
    assert [(one.place, one.name) for one in found] == [("query", "token")]


def test_of_what_excludes_each_other_one_stays(modules: Modules) -> None:
    refusals = modules("inside.refusals")
    body = {"project": 1, "user": 2, "limit": 3}
    said = {"loc": ["body"], "msg": "Only one target: got project, user", "input": body}
    wrong = refusals.faults(422, json.dumps({"detail": [said]}))
    assert refusals.mended(body, wrong, str) == {"project": 1, "limit": 3}


def test_only_requests_that_make_rows_and_change_none_are_made_again(modules: Modules) -> None:
    making = modules("inside.making").Making()
    request = ("admin", "POST", "/books", None, {"name": "x"})
    making.note("/books", request, {"select 1": None, "INSERT INTO books VALUES (?)": None})
    making.note("/loans", request, {"insert into loans": None, "update books set lent = 1": None})
    making.note("/seen", request, {"select 1": None})
    assert [some for some in making.requests.values() if some] == [[request]]


@pytest.mark.parametrize(
    ("statement", "wanted"),
    [
        (
            (
                'SELECT "t"."id" FROM "t" WHERE ("t"."shop_id" = 1 AND "t"."version" IS NULL)'
                ' ORDER BY "t"."id" ASC LIMIT 21'
            ),
            {"t": {"shop_id": 1, "version": None}},
        ),
        (
            (
                'SELECT 1 AS "a" FROM "t" U0 WHERE (NOT (U0."k" = 3) AND U0."open" AND NOT U0."old"'
                ' AND U0."id" IN (SELECT V0."t_id" FROM "v" V0 WHERE V0."state" IN (\'a\', \'b\')))'
            ),
            {"t": {"open": 1, "old": 0}, "v": {"state": "a"}},
        ),
        (
            (
                "SELECT p.id FROM p JOIN c ON p.id = c.p_id"
                " WHERE p.enabled = 1 AND lower(c.kind) = 'it''s'"
            ),
            {"p": {"enabled": 1}, "c": {"kind": "it's"}},
        ),
        ("SELECT a.id FROM a WHERE a.b = (a.c) AND a.d IS NOT NULL AND a.e > 3", {}),
    ],
)
def test_a_statement_tells_which_row_it_looks_for(
    modules: Modules, statement: str, wanted: dict[str, Any]
) -> None:
    assert modules("inside.asked").looked_for(statement) == wanted


def test_a_row_that_was_looked_for_is_made_and_a_second_one_of_what_there_is(
    modules: Modules, database: sqlite3.Connection
) -> None:
    wanted = [("tasks", (("done", 5),)), ("tasks", (("project", "alpha"),))]
    modules("inside.dependants").Dependants(database, keys(modules)).let_be_found(wanted)
    found = database.execute("select project, done from tasks order by id").fetchall()
    assert found == [("alpha", 1), ("alpha", 5), ("alpha", 1)]


def test_of_what_there_can_be_only_one_none_is_made_twice(
    modules: Modules, database: sqlite3.Connection
) -> None:
    wanted = [
        ("users", (("mail", "ann@example.com"),)),
        ("tasks", (("id", 7),)),
        ("tasks", (("no_column", 7),)),
    ]
    made = modules("inside.dependants").Dependants(database, keys(modules)).let_be_found(wanted)
    assert made == {}


def test_only_what_is_heard_while_it_listens_was_looked_for(
    modules: Modules, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = modules("inside.asked")
    asked = room.Asked()
    monkeypatch.setattr(room, "ASKED", asked)
    connection = sqlite3.connect(":memory:", factory=room.Watched)
    connection.executescript("create table t (id, kind)")
    for listens in (False, True):
        asked.listens = listens
        connection.execute("select t.id from t where t.kind = ?", (f"heard {listens}",))
    assert list(asked.rows) == [("t", (("kind", "heard True"),))]


def test_what_a_database_takes_along_is_what_changed_and_no_statement_wrote(
    modules: Modules, tmp_path: Path
) -> None:
    file = tmp_path / "db.sqlite3"
    with sqlite3.connect(file) as setup:
        setup.executescript(
            "create table a (id integer primary key);"
            "create table b (id integer, a integer references a on delete cascade);"
            "insert into a values (1); insert into b values (1, 1);"
        )
    snapshot = modules("inside.snapshot").Snapshot(file)
    assert list(snapshot.changed(())) == []
    with sqlite3.connect(file) as other:
        other.execute("pragma foreign_keys = on")
        other.execute("delete from a")
    assert list(snapshot.changed(("a",))) == ["b"]
    snapshot.restore()
    assert snapshot.live.execute("select count(*) from b").fetchone() == (1,)


def test_rows_go_with_rows_only_as_the_keys_say(modules: Modules) -> None:
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        "create table a (id integer primary key);"
        "create table b (id integer primary key, a integer references a on delete cascade);"
        "create table c (id integer, b integer references b on delete set null);"
        "create table d (id integer, c integer references c on delete cascade);"
        "create table e (id integer, a integer references a);"
    )
    along = modules("inside.rows").taken_along
    assert along(connection, ["a"]) == {"b", "c"}
    assert along(connection, ["c", "e"]) == {"d"}


def test_nothing_may_be_there_twice(modules: Modules, database: sqlite3.Connection) -> None:
    database.execute(
        "create table drafts (id integer primary key, of int, version, unique (of, version))"
    )
    database.execute("insert into drafts values (1, 1, null), (2, 1, 'a')")
    wanted = [("drafts", (("of", 1), ("version", one))) for one in (None, "a")]
    modules("inside.dependants").Dependants(database, []).let_be_found(wanted)
    found = database.execute("select version from drafts order by id").fetchall()
    assert found == [(None,), ("a",), (None,)]


def test_rows_that_nothing_hangs_on_can_be_taken_away(
    modules: Modules, database: sqlite3.Connection
) -> None:
    hung(modules, database)
    gone = modules("inside.dependants").Dependants(database, keys(modules)).take_away()
    left = [
        database.execute(f"select count(*) from {table}").fetchone()[0]
        for table in ("task_labels", "tasks", "users")
    ]
    assert gone > 0
    assert left[0] == 0
    assert all(left[1:])


def test_no_row_hangs_on_a_part_of_what_is_one_to_its_classes(modules: Modules) -> None:
    users, people, posts = (SimpleNamespace(name=name) for name in ("users", "people", "posts"))
    for table, target in ((users, people), (posts, users)):
        ends = SimpleNamespace(table=target, name="id")
        table.foreign_keys = [SimpleNamespace(parent=SimpleNamespace(name="id"), column=ends)]
    people.foreign_keys = []
    person = SimpleNamespace(local_table=people, inherits=None, relationships=[])
    user = SimpleNamespace(local_table=users, inherits=person, relationships=[])
    metadata = SimpleNamespace(tables={table.name: table for table in (users, people, posts)})
    registry = SimpleNamespace(mappers=[person, user])

    found = modules("inside.of_sqlalchemy").keys(
        SimpleNamespace(metadatas=lambda: [metadata], registries=lambda: [registry])
    )

    assert {key.table: key.whole for key in found} == {"users": False, "posts": True}


@pytest.mark.parametrize(
    ("regex", "words"),
    [
        (r"tools/(?P<pk>\d+)/", [{}]),
        (r"(?P<kind>tool|area)/(?P<pk>\d+)/", [{"kind": "tool"}, {"kind": "area"}]),
        (r"(?P<kind>(tool))/", [{"kind": "tool"}]),
        (r"user/(?P<pk>\d+|new)/", [{}]),
    ],
)
def test_parameters_that_are_one_of_some_words_are_asked_with_each(
    modules: Modules, regex: str, words: list[dict[str, str]]
) -> None:
    assert list(modules("inside.routes_of_django").words_of(regex)) == words
