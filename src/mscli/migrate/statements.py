"""Raw SQL: which tables a statement reads and writes, and which it declares. Read by sqlglot."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from mscli.errors import MissingProgram

if TYPE_CHECKING:
    from sqlglot import exp

Touched = tuple[tuple[str, ...], tuple[str, ...]]
DIALECTS = (None, "sqlite", "mysql", "postgres")
"""The first that understands a statement: quotes and words of one are errors in another."""
CATALOGUES = frozenset(["information_schema", "pg_catalog", "sys", "mysql"])
_CATALOGUE = re.compile(r"sqlite_(master|schema|sequence|stat\d)|pg_[a-z_]+|dual")
_SQL = re.compile(
    r"\s*(select\b.*\bfrom\b|(insert|merge|replace)\s+(\w+\s+\w+\s+)?into\b|update\b.*\bset\b"
    r"|delete\s+from\b|with\b.*\bas\b|truncate\b|copy\b.*\b(from|to)\b|create\s+(\w+\s+)?table\b)",
    re.IGNORECASE | re.DOTALL,
)
_PLACES = re.compile(r"%\(\w+\)[sdif]|%[sdif]|(?<![:\w]):\w+|\?")


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """A column, or several, of a declared table that refer to another."""

    columns: tuple[str, ...]
    target: str
    on_delete: str


@dataclass(frozen=True, slots=True)
class Declared:
    """A `CREATE TABLE`."""

    name: str
    columns: tuple[str, ...]
    keys: tuple[Key, ...]


def is_sql(text: str) -> bool:
    """Whether a text looks like a statement about tables."""
    return _SQL.match(text) is not None


def without_sqlglot(what: str) -> MissingProgram:
    """The error where SQL is to be read, and cannot be."""
    return MissingProgram(
        f"{what}, and sqlglot, which reads it, is not installed", "pip install 'mscli[migrate]'"
    )


@cache
def tables_of(sql: str) -> Touched:
    """The tables that a statement reads and writes; nothing if it cannot be understood."""
    reads: dict[str, None] = {}
    writes: dict[str, None] = {}
    for tree in _trees(sql):
        from sqlglot import exp

        named = {cte.alias_or_name for cte in tree.find_all(exp.CTE)}
        written, declared = set(map(id, _written(tree))), set(map(id, _declared(tree)))
        for table in tree.find_all(exp.Table):
            if id(table) in declared or table.name in {"", "NULL", *named} or _is_of_server(table):
                continue
            (writes if id(table) in written else reads)[table.name] = None
    return tuple(sorted(reads)), tuple(sorted(writes))


@cache
def declared_in(sql: str) -> tuple[Declared, ...]:
    """The tables that statements make, where these name their columns."""
    from sqlglot import exp

    found = []
    for tree in _trees(sql):
        if isinstance(tree, exp.Create) and tree.kind == "TABLE":
            schema = tree.this
            if isinstance(schema, exp.Schema) and schema.this.name not in ("", "NULL"):
                found.append(_table(schema))
    return tuple(found)


def _table(schema: exp.Schema) -> Declared:
    from sqlglot import exp

    columns = tuple(part.name for part in schema.expressions if isinstance(part, exp.ColumnDef))
    keys = []
    for reference in schema.find_all(exp.Reference):
        owner = reference.find_ancestor(exp.ForeignKey, exp.ColumnDef)
        own = owner.expressions if isinstance(owner, exp.ForeignKey) else [owner] if owner else []
        target = reference.this.this if isinstance(reference.this, exp.Schema) else reference.this
        deletes = (str(option).upper() for option in reference.args.get("options") or ())
        does = next((d.partition("ON DELETE ")[2] for d in deletes if "ON DELETE " in d), "")
        keys.append(Key(tuple(c.name for c in own), target.name, does.lower().replace(" ", "-")))
    return Declared(schema.this.name, columns, tuple(sorted(keys)))


def _trees(sql: str) -> tuple[exp.Expression, ...]:
    """A text in the first dialect that understands it; `{}` and places for values are values."""
    try:
        import sqlglot
    except ImportError as error:
        raise without_sqlglot("raw SQL was found") from error
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    plain = _PLACES.sub("NULL", sql).replace("{}", "NULL")
    for dialect in DIALECTS:
        try:
            parsed = sqlglot.parse(plain, dialect, error_level=sqlglot.ErrorLevel.RAISE)
        except sqlglot.errors.SqlglotError:
            continue
        return tuple(tree for tree in parsed if isinstance(tree, sqlglot.exp.Expression))
    return ()


def _is_of_server(table: exp.Table) -> bool:
    """Whether it is a table about tables."""
    parts = table.db.lower(), *table.name.lower().split(".")  # BigQuery quotes them as one
    return not CATALOGUES.isdisjoint(parts) or _CATALOGUE.fullmatch(parts[-1]) is not None


def _written(tree: exp.Expression) -> Iterator[exp.Expression]:
    """The tables whose rows a statement changes."""
    from sqlglot import exp

    for change in tree.find_all(exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.TruncateTable):
        yield _bare(change.this)
        yield from change.expressions if isinstance(change, exp.TruncateTable) else ()
    for made in tree.find_all(exp.Create):
        if made.kind == "TABLE" and made.expression:
            yield _bare(made.this)
    for copied in tree.find_all(exp.Copy):
        if copied.args.get("kind"):  # from somewhere
            yield _bare(copied.this)
    for dropped in tree.find_all(exp.Drop):
        if dropped.kind == "TABLE":
            yield from dropped.find_all(exp.Table)


def _declared(tree: exp.Expression) -> Iterator[exp.Expression]:
    """The tables that are only spoken of: no row of theirs is read or changed."""
    from sqlglot import exp

    is_bare = isinstance(tree, exp.Create) and not tree.expression
    is_other = isinstance(tree, exp.Drop) and tree.kind != "TABLE"
    if isinstance(tree, exp.Alter) or is_bare or is_other:
        yield from tree.find_all(exp.Table)
    elif isinstance(tree, exp.Create) and tree.kind != "TABLE":
        yield from tree.this.find_all(exp.Table)


def _bare(node: exp.Expression) -> exp.Expression:
    from sqlglot import exp

    return node.this if isinstance(node, exp.Schema) else node
