"""What leaves the process: raw SQL, HTTP, mail, cloud, other brokers."""

from __future__ import annotations

import ast
import logging
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec

from mscli.errors import MissingProgram
from mscli.migrate.facts import ExternalFact, SqlFact
from mscli.migrate.sources import Sources
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.index import expression_name
from mscli.migrate.walk.nodes import Effect, Node, Unresolved
from mscli.migrate.walk.values import texts
from mscli.migrate.words import words

LIBRARIES = frozenset(
    words(
        "requests httpx urllib urllib3 aiohttp boto3 botocore stripe paypalrestsdk smtplib "
        "twilio redis elasticsearch elasticsearch_dsl pika kafka kombu ldap3 braintree sendgrid "
        "grpc suds zeep paramiko ftplib imaplib poplib google azure openai slack_sdk pymongo"
    )
)
MAIL = ("send_mail", "EmailMessage", "EmailMultiAlternatives", "mail_admins", "Message")
EXECUTED = ("execute", "executemany", "text", "raw", "fetch", "fetchrow", "fetchval", "read_sql")
_SQL = re.compile(
    r"\s*(select\b.*\bfrom\b|(insert|merge|replace)\s+into\b|update\b.*\bset\b|delete\s+from\b"
    r"|with\b.*\bas\b|truncate\b)",
    re.IGNORECASE | re.DOTALL,
)
QUIET = frozenset(words("Session Retry HTTPAdapter Timeout quote urlencode unquote urlparse"))


def external(engine: Engine) -> tuple[ExternalFact, ...]:
    """Calls of libraries that talk to other systems."""
    found: set[ExternalFact] = set()
    for call in engine.outside:
        root, tail = call.name.partition(".")[0], call.name.rstrip("()").rpartition(".")[2]
        is_mail = tail in MAIL and ("mail" in call.name)
        if (root not in LIBRARIES and not is_mail) or tail in QUIET or call.name.count("()") > 1:
            continue
        if call.name.startswith(("urllib.parse", "google.protobuf", "urllib3.util")):
            continue
        target = next((t for arg in call.args[:2] for t in texts(arg) if "://" in t), "")
        library = "mail" if is_mail else root
        found.add(ExternalFact(call.site, library, target, call.owner.symbol_id))
    return tuple(sorted(found))


def all_nodes(engine: Engine) -> list[Node]:
    """Every node of the walk."""
    return list(engine.nodes.values())


def sql_effects(engine: Engine) -> None:
    """Turn raw SQL into reads and writes of tables."""
    for node in all_nodes(engine):
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
                for table in tables:
                    effect = Effect(
                        kind, table, "sql", statement.site, statement.confidence, statement.regions
                    )
                    node.effects[effect] = None


def _harmless(sql: str) -> bool:
    first = sql.strip().partition(" ")[0].upper().rstrip(";")
    if first == "SELECT" and re.search(r"\sFROM\s+[\w\"`\[]+(?!\w*\()", sql, re.IGNORECASE):
        return False  # there are tables, but it could not be read
    return first in {
        "SET",
        "BEGIN",
        "COMMIT",
        "ROLLBACK",
        "PRAGMA",
        "VACUUM",
        "SELECT",
        "SHOW",
        "SAVEPOINT",
        "RELEASE",
        "ANALYZE",
        "CREATE",
        "ALTER",
    }


def raw_sql(engine: Engine) -> tuple[SqlFact, ...]:
    """Every raw statement that is known."""
    found: set[SqlFact] = set()
    for node in all_nodes(engine):
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
        raise _without_sqlglot(f"{place}: raw SQL")


def _statements(found: Sources) -> Iterator[str]:
    """Where texts are statements that are executed as they are."""
    for source in found.files:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and expression_name(node.func).endswith(EXECUTED):
                for argument in node.args[:1]:
                    if isinstance(argument, ast.Constant) and _SQL.match(str(argument.value)):
                        yield f"{source.path}:{node.lineno}"


def _without_sqlglot(what: str) -> MissingProgram:
    return MissingProgram(
        f"{what}, and sqlglot, which reads it, is not installed", "pip install 'mscli[migrate]'"
    )


@cache
def tables_of(sql: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tables that a statement reads and writes; nothing if it cannot be understood."""
    try:
        import sqlglot
        from sqlglot import exp
    except ImportError as error:
        raise _without_sqlglot("raw SQL was found") from error
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    plain = re.sub(r"%\(\w+\)[sdif]|%[sdif]|(?<![:\w]):\w+|\?", "NULL", sql).replace("{}", "NULL")
    reads: dict[str, None] = {}
    writes: dict[str, None] = {}
    try:
        parsed = sqlglot.parse(plain, error_level=sqlglot.ErrorLevel.RAISE)
    except sqlglot.errors.SqlglotError:
        return (), ()
    for tree in parsed:
        if tree is None:
            continue
        named = {cte.alias_or_name for cte in tree.find_all(exp.CTE)}
        written = {id(table) for table in _written(tree)}
        for table in tree.find_all(exp.Table):
            if table.name not in {"", "NULL", *named}:
                (writes if id(table) in written else reads)[table.name] = None
    return tuple(sorted(reads)), tuple(sorted(writes))


def _written(tree: object) -> list[object]:
    from sqlglot import exp

    found: list[object] = []
    assert isinstance(tree, exp.Expression)  # noqa: S101
    for change in tree.find_all(exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.TruncateTable):
        target = change.this
        if isinstance(target, exp.Schema):
            target = target.this
        found.extend([target] if isinstance(target, exp.Table) else [])
        if isinstance(change, exp.TruncateTable):
            found.extend(change.expressions)
    return found
