"""What SQLAlchemy's sessions and plain cursors do with rows, statements and raw SQL."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mscli.migrate.sqlalchemy.values import (
    delete,
    emit,
    has_entities,
    models_in,
    read_along,
    read_rows,
    rows_in,
    tables_in,
)
from mscli.migrate.statements import is_sql
from mscli.migrate.walk.graph.nodes import Call, Confidence, Region, Statement
from mscli.migrate.walk.project.index import last_name
from mscli.migrate.walk.values.values import (
    Atom,
    Made,
    Object,
    Row,
    Rows,
    Text,
    Value,
    last,
    texts,
)
from mscli.migrate.words import words

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

SESSION_METHODS = frozenset(
    words(
        "query add add_all delete merge get get_one execute scalars scalar commit flush refresh "
        "exec stream_scalars bulk_save_objects bulk_insert_mappings one get_or_404 first_or_404 "
        "one_or_404 paginate exec_driver_sql"
    )
)
EXECUTING = frozenset(
    words(
        "execute executemany executescript fetch_all fetch_one fetchrow fetchval read_sql "
        "read_sql_query"
    )
)
TOLD = frozenset(
    words("fetch fetch_val iterate cursor prepare copy copy_expert query run sql many all one")
)
"""What drivers and thin layers above them call it, where they are given a statement as a text."""
PROCEDURE = "callproc"
PACKAGES = ("sqlalchemy.", "sqlmodel.", "flask_sqlalchemy.")
SESSIONS = ("session", "sqlalchemy", "connect", "cursor")
BUILDING = frozenset(words("select insert update delete union union_all exists"))
OF_DATABASES = words("cursor conn session sqlalchemy execute. database engine db")
"""What is in the names of those that are told a statement."""


def is_session(frame: Frame, atom: Atom) -> bool:
    """Whether it is a session or a connection, also of a class of the project's own."""
    if isinstance(atom, Object):
        above = frame.engine.outsiders(atom.cls)
        return any(name.startswith(PACKAGES) and name.endswith("Session") for name in above)
    name = atom.name.lower() if isinstance(atom, Made) else ""
    return any(part in name for part in SESSIONS)


def session(frame: Frame, name: str, call: Call, of: Atom | None = None) -> Value | None:
    """One method of a session, or of a connection."""
    if name in ("add", "merge", "add_all", "bulk_save_objects"):
        _added(frame, call)
        return call.arg(0)
    if name == "delete":
        for atom in call.arg(0):
            if isinstance(atom, Row):
                delete(frame, atom.model, call.site)
        return ()
    if name == "refresh":
        return _refreshed(frame, call)
    if name in ("commit", "flush"):
        if name == "commit":
            frame.whole.regions[Region(call.site, "commit", _is_opened(frame, of))] = None
        return ()
    if name in ("query", "get", "get_one", "get_or_404"):
        return _queried(frame, name, call)
    if name == "bulk_insert_mappings":
        for model in models_in(frame, call):
            frame.write(model.table, name, call.site)
        return ()
    return _executed(frame, name, call)


def _is_opened(frame: Frame, of: Atom | None) -> bool:
    """Whether the function has opened it itself; that of a `scoped_session` is its thread's."""
    if not isinstance(of, Made) or frame.fn is None or "scoped_session" in of.name:
        return False
    node = frame.fn.node
    inside = node.lineno <= of.site.line <= (node.end_lineno or node.lineno)
    return inside and of.site.file == frame.module.file


def _added(frame: Frame, call: Call) -> None:
    for atom in rows_in(call.arg(0)):
        if atom.model.framework != "sqlalchemy":
            continue
        for model in (atom.model, *atom.model.parents):
            frame.write(model.table, "add", call.site)
            if atom.kept is not True:
                emit(frame, "insert", model, call.site)


def _refreshed(frame: Frame, call: Call) -> Value:
    """A row is read once more, or what its relations lead to where they are named."""
    names = texts(call.arg(1, "attribute_names"))
    for row in rows_in(call.arg(0)):
        read_rows(frame, row.model, "refresh", call.site)
        for name in names:
            frame.attribute((row,), name, call.site)
    return ()


def _queried(frame: Frame, name: str, call: Call) -> Value | None:
    models = tables_in(frame, call) if name == "query" else models_in(frame, call)
    if not models:
        return None
    plain = name == "query" and not has_entities(frame, call)
    for model in models:
        read_rows(frame, model, name, call.site, plain=plain)
    read_along(frame, call)
    return (Rows(models[0], plain=plain),) if name == "query" else (Row(models[0], kept=True),)


def _executed(frame: Frame, name: str, call: Call) -> Value | None:
    rows = tuple(atom for atom in call.arg(0) if isinstance(atom, Rows))
    if rows:
        is_one = name in ("scalar", "first_or_404", "one_or_404")
        return tuple(Row(a.model, kept=True) for a in rows) if is_one else rows
    for model in tables_in(frame, call):  # `session.scalar(func.max(Book.id))`
        read_rows(frame, model, name, call.site, plain=True)
    return raw(frame, f"execute.{name}", "execute", call)


def raw(frame: Frame, name: str, tail: str, call: Call) -> Value | None:
    """`cursor.execute("...")`, `session.execute(text("..."))`."""
    if tail == PROCEDURE:
        named = ", ".join(texts(call.arg(0))) or "one that is not known"
        frame.lost("sql", f"what a procedure of the database does: {named}", call.site)
        return ()
    given = call.arg(0, "statement") or call.arg(0, "sql") or call.arg(0, "query")
    if tail not in EXECUTING and not (tail in TOLD and are_sql(given)):
        return None
    known: list[str] = []
    for atom in given:
        inner = atom.arg(0) if isinstance(atom, Made) and last(atom.name) == "text" else (atom,)
        known.extend(one.text for one in inner if isinstance(one, Text))
    if any(isinstance(atom, Rows) for atom in given):
        return given
    database = any(word in name.lower() for word in OF_DATABASES)
    sure = Confidence.CERTAIN if len(known) == 1 else Confidence.LIKELY
    for sql in known:
        if Text(sql) in frame.engine.samples:
            what = f"one of many statements: {' '.join(sql.split())[:80]}"
            frame.lost("sql", what, call.site)
            sure = Confidence.LIKELY
        if " " in sql.strip():
            frame.node.statements[Statement(sql, call.site, frame.regions, sure)] = None
    told = [a for a in given if not (isinstance(a, Made) and last(a.name) == "text")]
    is_built = any(isinstance(a, Made) for a in told) or _is_built(call)
    is_told = bool(call.args or call.kwargs)
    if not known and database and is_told and not is_built:
        frame.node.statements[Statement(None, call.site, frame.regions)] = None
    return () if known else None


def _is_built(call: Call) -> bool:
    """Whether a statement is no text, whatever it is about: `select(...).where(...)`."""
    part: ast.expr | None = call.node.args[0] if call.node and call.node.args else None
    while isinstance(part, ast.Call | ast.Attribute):
        if isinstance(part, ast.Call) and last_name(part.func) in BUILDING:
            return True
        part = part.func if isinstance(part, ast.Call) else part.value
    return False


def are_sql(given: Value) -> bool:
    """Whether what a method is given is statements, and nothing else."""
    return bool(given) and all(isinstance(atom, Text) and is_sql(atom.text) for atom in given)
