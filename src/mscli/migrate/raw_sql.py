"""Statements that code executes: reads and writes of tables, and facts of their own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.util import find_spec

from mscli.migrate.facts import SqlFact
from mscli.migrate.sources import Sources
from mscli.migrate.statements import is_sql, tables_of, without_sqlglot
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.index import expression_name
from mscli.migrate.walk.nodes import Effect, Unresolved
from mscli.migrate.words import words

EXECUTED = ("execute", "executemany", "text", "raw", "fetch", "fetchrow", "fetchval", "read_sql")
HARMLESS = frozenset(
    words(
        "SET BEGIN COMMIT ROLLBACK PRAGMA VACUUM SELECT SHOW SAVEPOINT RELEASE ANALYZE CREATE ALTER"
    )
)


def sql_effects(engine: Engine) -> None:
    """Turn raw SQL into reads and writes of tables."""
    known = {name.casefold(): name for name in engine.schema.by_table}
    for node in list(engine.nodes.values()):
        for statement in node.statements:
            if statement.sql is None:
                lost = Unresolved(
                    "sql", "a statement that is put together at run time", statement.site
                )
                engine.unresolved[lost] = None
                continue
            reads, writes = tables_of(statement.sql)
            if not reads and not writes and not _harmless(statement.sql):
                what = f"not understood: {' '.join(statement.sql.split())[:80]}"
                engine.unresolved[Unresolved("sql", what, statement.site)] = None
            for kind, tables in (("read", reads), ("write", writes)):
                for name in tables:
                    table = known.get(name.casefold(), name)
                    effect = Effect(
                        kind, table, "sql", statement.site, statement.confidence, statement.regions
                    )
                    node.effects[effect] = None


def _harmless(sql: str) -> bool:
    first = sql.strip().partition(" ")[0].upper().rstrip(";")
    if first == "SELECT" and re.search(r"\sFROM\s+[\w\"`\[]+(?!\w*\()", sql, re.IGNORECASE):
        return False  # there are tables, but it could not be read
    return first in HARMLESS


def raw_sql(engine: Engine) -> tuple[SqlFact, ...]:
    """Every raw statement that is known."""
    found: set[SqlFact] = set()
    for node in engine.nodes.values():
        for statement in node.statements:
            if statement.sql is not None:
                reads, writes = tables_of(statement.sql)
                short = " ".join(statement.sql.split())[:200]
                found.add(SqlFact(statement.site, short, reads, writes))
    return tuple(sorted(found))


def check_raw_sql(found: Sources) -> None:
    """Refuse raw SQL before a long walk that could not read it. Raises MissingProgram.

    What the walk meets beyond this look at texts is refused then.
    """
    if find_spec("sqlglot") is None and (place := next(_statements(found), "")):
        raise without_sqlglot(f"{place}: raw SQL")


def _statements(found: Sources) -> Iterator[str]:
    """Where texts are statements that are executed as they are."""
    for source in found.files:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and expression_name(node.func).endswith(EXECUTED):
                for argument in node.args[:1]:
                    if isinstance(argument, ast.Constant) and is_sql(str(argument.value)):
                        yield f"{source.path}:{node.lineno}"
