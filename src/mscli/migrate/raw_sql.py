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
from mscli.migrate.walk.graph.nodes import Effect, Node, Unresolved
from mscli.migrate.walk.project.index import expression_name
from mscli.migrate.walk.values.values import Site
from mscli.migrate.words import words

EXECUTED = ("execute", "executemany", "text", "raw", "fetch", "fetchrow", "fetchval", "read_sql")
AT_RUN_TIME = "a statement that is put together at run time"
HARMLESS = frozenset(
    words(
        "SET BEGIN COMMIT ROLLBACK PRAGMA VACUUM SELECT SHOW SAVEPOINT RELEASE ANALYZE CREATE ALTER"
    )
)


def sql_effects(engine: Engine) -> None:
    """Turn raw SQL into reads and writes of tables."""
    known = {name.casefold(): name for name in engine.schema.by_table}
    told = _told(engine)
    for node in list(engine.nodes.values()):
        for statement in node.statements:
            if statement.sql is None:
                if statement.site not in told or node in told[statement.site]:
                    lost = Unresolved("sql", AT_RUN_TIME, statement.site)
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


def _told(engine: Engine) -> dict[Site, set[Node]]:
    """Places whose statement some caller says, and all who are called there.

    A function is walked by itself, too, and knows nothing then of what it is given.
    """
    called = {edge.to for node in engine.nodes.values() for edge in node.edges}
    found: dict[Site, set[Node]] = {}
    for node in engine.nodes.values():
        for statement in node.statements:
            if statement.sql is not None and node in called:
                found.setdefault(statement.site, set())
    for node in called:
        for statement in node.statements:
            if statement.site in found:
                found[statement.site].add(node)
    return found


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
