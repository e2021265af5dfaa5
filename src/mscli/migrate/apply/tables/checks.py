"""Check constraints as SQL: texts that every database reads alike, and Django's `Q` objects."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from mscli.migrate.walk.project.index import last_name
from mscli.migrate.words import words

COMPARED = {"": "=", "exact": "=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
FUNCTIONS = frozenset(words("length lower upper abs coalesce trim round"))
_TOKEN = re.compile(r"\s+|'[^'%:]*'|\d+(\.\d+)?|\w+(?=\s*\()|\w+|<=|>=|<>|!=|[-+*/<>=(),]")
_FLAG = re.compile(r"(?i)\w+\s*(=|<>|!=|in\s*\()\s*[01]\b")
_CALL = re.compile(r"(\w+)\s*\(")
_BY_CASE = re.compile(r"(?i)\b(i?like|glob|regexp|match)\b")
OF_SQL = frozenset(words("and or not in between is"))


class NoSql(Exception):
    """What of a condition has no exact form in SQL."""


def is_portable(sql: str) -> bool:
    """Whether a check means in PostgreSQL what it means elsewhere.

    Comparisons of columns with numbers and texts, and a few functions do. `flag = 1` does not:
    the column may be a boolean.
    """
    place = 0
    while place < len(sql):
        token = _TOKEN.match(sql, place)
        if token is None:
            return False
        place = token.end()
    called = {name.lower() for name in _CALL.findall(sql)}
    return called <= FUNCTIONS | OF_SQL and not _FLAG.search(sql) and not _BY_CASE.search(sql)


def condition(node: ast.expr | None, columns: Mapping[str, bool], names: Mapping[str, str]) -> str:
    """The SQL of Django's `Q(stock__gte=0) & ~Q(kind="x")`.

    `columns` are those of the table and whether they may be null, `names` the columns of fields.
    Raises NoSql.
    """
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr):
        word = "AND" if isinstance(node.op, ast.BitAnd) else "OR"
        sides = (condition(side, columns, names) for side in (node.left, node.right))
        return f"({f' {word} '.join(sides)})"
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert):
        inner = condition(node.operand, columns, names)
        if any(columns.get(word) for word in re.findall(r'"(\w+)"', inner)):
            raise NoSql("`~` of a column that may be null")
        return f"NOT {inner}"
    if not (isinstance(node, ast.Call) and last_name(node) == "Q"):
        raise NoSql("it is no `Q`")
    parts = [condition(part, columns, names) for part in node.args]
    parts += [_lookup(k.arg or "", k.value, columns, names) for k in node.keywords]
    if not parts:
        raise NoSql("it is empty")
    return f"({' AND '.join(parts)})"


def _lookup(
    said: str, value: ast.expr, columns: Mapping[str, bool], names: Mapping[str, str]
) -> str:
    field, _, lookup = said.partition("__")
    column = _column(field, columns, names)
    if lookup == "isnull" and isinstance(value, ast.Constant):
        return f"{column} IS {'' if value.value else 'NOT '}NULL"
    if lookup == "in" and isinstance(value, ast.List | ast.Tuple | ast.Set) and value.elts:
        return f"{column} IN ({', '.join(_values(value.elts, columns, names))})"
    if lookup not in COMPARED or (isinstance(value, ast.Constant) and value.value is None):
        raise NoSql(f"`{said}`")
    return f"{column} {COMPARED[lookup]} {_value(value, columns, names)}"


def _values(
    nodes: list[ast.expr], columns: Mapping[str, bool], names: Mapping[str, str]
) -> Iterator[str]:
    yield from (_value(node, columns, names) for node in nodes)


def _value(node: ast.expr, columns: Mapping[str, bool], names: Mapping[str, str]) -> str:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return f"-{_value(node.operand, columns, names)}"
    if isinstance(node, ast.Call) and last_name(node) == "F" and node.args:
        field = node.args[0]
        return _column(field.value if isinstance(field, ast.Constant) else "", columns, names)
    value = node.value if isinstance(node, ast.Constant) else None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str) and not set(value) & set("'%:\\"):
        return f"'{value}'"
    raise NoSql(f"`{ast.unparse(node)}`")


def _column(field: object, columns: Mapping[str, bool], names: Mapping[str, str]) -> str:
    column = names.get(str(field)) or str(field)
    if column not in columns:
        raise NoSql(f"`{field}`")
    return f'"{column}"'
