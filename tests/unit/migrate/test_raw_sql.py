"""Raw SQL: statements of drivers, what commits them, and tables that only SQL declares or names."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.statements import Declared, Key, declared_in, tables_of
from tests.unit.migrate.project import ONE_AND_MANY, answering, scanned, touched

FLASK = "from flask import Flask\napp = Flask(__name__)\n"
SQLITE = f"""{FLASK}import sqlite3

def db():
    return sqlite3.connect("app.db")
"""


@pytest.mark.parametrize(
    ("sql", "reads", "writes"),
    [
        ("COPY imports (a, b) FROM STDIN", [], ["imports"]),
        ("COPY imports TO STDOUT", ["imports"], []),
        ("CREATE TABLE x AS SELECT * FROM y", ["y"], ["x"]),
        ("CREATE TABLE x (id INT REFERENCES y (id))", [], []),
        ("CREATE VIEW x AS SELECT * FROM y", ["y"], []),
        ("CREATE INDEX i ON x (a)", [], []),
        ("ALTER TABLE x ADD COLUMN y INT", [], []),
        ("DROP TABLE x", [], ["x"]),
        ("DROP INDEX x", [], []),
        ("SELECT * FROM `a` JOIN b ON 1 = 1", ["a", "b"], []),
        ("SELECT * FROM [a]", ["a"], []),
        ("SELECT 1 FROM information_schema.tables", [], []),
        ("SELECT 1 FROM `{}.INFORMATION_SCHEMA.TABLES`", [], []),
        ("SELECT name FROM sqlite_master", [], []),
        ("WITH old AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM old", [], ["a", "b"]),
    ],
)
def test_what_a_statement_does_to_tables(sql: str, reads: list[str], writes: list[str]) -> None:
    assert tables_of(sql) == (tuple(reads), tuple(writes))


def test_a_declaration_has_its_columns_and_keys() -> None:
    sql = """CREATE TABLE IF NOT EXISTS lines (id INT PRIMARY KEY, sku TEXT,
             order_id INT REFERENCES orders (id) ON DELETE CASCADE,
             FOREIGN KEY (sku) REFERENCES products (sku) ON DELETE SET NULL, UNIQUE (sku))"""
    assert declared_in(sql) == (
        Declared(
            "lines",
            ("id", "sku", "order_id"),
            (Key(("order_id",), "orders", "cascade"), Key(("sku",), "products", "set-null")),
        ),
    )


@pytest.mark.parametrize(
    ("how", "statement"),
    [
        ("await connection.fetch({})", "SELECT * FROM books"),
        ("await connection.fetchrow({})", "SELECT * FROM books"),
        ("connection.cursor().executemany({}, [])", "INSERT INTO books VALUES ($1)"),
        ("connection.cursor().copy({})", "COPY books FROM STDIN"),
        ("connection.cursor().copy_expert({}, file)", "COPY books FROM STDIN"),
        ("connection.prepare({})", "SELECT * FROM books"),
    ],
)
def test_drivers_are_told_statements(tmp_path: Path, how: str, statement: str) -> None:
    code = f"""{FLASK}
import psycopg

@app.get("/")
async def handle(connection):
    {how.format(repr(statement))}

@app.get("/made")
async def made():
    connection = psycopg.connect("postgresql:///books")
    {how.format(repr(statement))}
"""
    facts = scanned(tmp_path, {"app.py": code})
    touching = {a.handler for a in facts.accesses if a.table == "books"}
    assert touching == {"app.handle", "app.made"}


def test_a_text_that_is_no_statement_is_none(tmp_path: Path) -> None:
    code = f'{FLASK}\n@app.get("/")\ndef handle(git):\n    git.fetch("origin from somewhere")\n'
    assert scanned(tmp_path, {"app.py": code}).sql == ()


@pytest.mark.parametrize(
    "entering",
    [
        "with db() as there:",
        "with psycopg.connect('x') as there:",
        "with ConnectionPool('x').connection() as there:",
        "with pool.transaction() as there:",
    ],
)
def test_what_a_connection_commits_when_it_is_left_is_a_transaction(
    tmp_path: Path, entering: str
) -> None:
    code = f"""{SQLITE}import psycopg
from psycopg_pool import ConnectionPool

@app.post("/")
def handle(pool):
    {entering}
        there.execute("DELETE FROM comments")
        there.execute("DELETE FROM posts")
"""
    (found,) = scanned(tmp_path, {"app.py": code}).transactions
    assert (found.kind, found.tables) == ("atomic", ("comments", "posts"))


def test_who_writes_by_sql_commits_no_callers_work(tmp_path: Path) -> None:
    code = f"""{SQLITE}
@app.post("/")
def handle():
    connection = db()
    connection.execute("DELETE FROM comments")
    connection.execute("DELETE FROM posts")
    connection.commit()
"""
    (found,) = scanned(tmp_path, {"app.py": code}).transactions
    assert found.function == "app.handle"


def test_tables_that_only_sql_knows_are_tables(tmp_path: Path) -> None:
    code = f"""{SQLITE}
@app.get("/")
def handle():
    db().execute("SELECT * FROM Posts JOIN users ON 1 = 1")
    db().execute("INSERT INTO seen VALUES (1)")
"""
    schema = """
CREATE TABLE users (id INTEGER PRIMARY KEY);
CREATE TABLE posts (
  id INTEGER PRIMARY KEY,
  author INTEGER REFERENCES users (id) ON DELETE CASCADE
);
CREATE TABLE drafts (id INTEGER);
"""
    other = "CREATE TABLE elsewhere (id INTEGER);"
    files = {"app.py": code, "schema.sql": schema, "vendor/dump.sql": other}
    facts = scanned(tmp_path, files)
    assert {(t.table, str(t.evidence), t.confidence.value, t.columns) for t in facts.tables} == {
        ("users", "schema.sql:2", "certain", ("id",)),
        ("posts", "schema.sql:3", "certain", ("author", "id")),
        ("drafts", "schema.sql:7", "certain", ("id",)),
        ("seen", "app.py:11", "likely", ()),
    }
    (key,) = facts.relations
    assert (key.source, key.name, key.target, key.on_delete) == (
        "posts",
        "author",
        "users",
        "cascade",
    )
    assert touched(facts, "read", "handle") == {"posts", "users"}


def test_a_model_is_the_table_that_sql_names(tmp_path: Path) -> None:
    code = f"""{SQLITE}
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase): pass
class Post(Base):
    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)

@app.get("/")
def handle():
    db().execute("SELECT * FROM POSTS")
"""
    facts = scanned(tmp_path, {"app.py": code, "schema.sql": "CREATE TABLE posts (id INTEGER);"})
    assert [(t.table, t.origin) for t in facts.tables] == [("posts", "model")]
    assert touched(facts, "read", "handle") == {"posts"}


@pytest.mark.parametrize(
    ("asked", "lost"), [('"SELECT * FROM books"', set()), ("request.args['sql']", {"app.py:10"})]
)
def test_a_statement_that_callers_say_is_not_lost(
    tmp_path: Path, asked: str, lost: set[str]
) -> None:
    code = f"""{SQLITE}from flask import request

def rows(sql):
    return db().execute(sql).fetchall()

@app.get("/")
def handle():
    rows("SELECT * FROM authors")
    rows({asked})
"""
    facts = scanned(tmp_path, {"app.py": code})
    assert {str(u.evidence) for u in facts.unresolved if u.kind == "sql"} == lost


def test_what_a_procedure_does_is_not_known(tmp_path: Path) -> None:
    code = f'{SQLITE}\n@app.get("/")\ndef handle():\n    db().cursor().callproc("recount", [1])\n'
    (lost,) = scanned(tmp_path, {"app.py": code}).unresolved
    assert (lost.kind, lost.what) == ("sql", "what a procedure of the database does: recount")


def test_a_statement_that_is_built_is_no_text(tmp_path: Path) -> None:
    code = f"""{FLASK}from sqlalchemy import select
from sqlalchemy.orm import Session

class Rows:
    model: type
    def count(self, session: Session):
        return session.execute(select(self.model).where(self.model.id == 1)).one()
"""
    assert scanned(tmp_path, {"app.py": code}).unresolved == ()


def test_a_table_that_only_a_statement_names_is_doubtful_where_others_are_mapped(
    tmp_path: Path,
) -> None:
    bodies = {"copied": 'session.execute(text("SELECT * FROM elsewhere"))'}
    code = f"{ONE_AND_MANY}from sqlalchemy import text\n{answering(bodies)}"
    facts = scanned(tmp_path, {"app.py": code})
    assert {table.table: table.confidence.value for table in facts.tables} == {
        "a": "certain",
        "b": "certain",
        "elsewhere": "possible",
    }
