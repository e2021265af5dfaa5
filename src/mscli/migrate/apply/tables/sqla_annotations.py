"""What an annotation of SQLAlchemy 2 says of a column: `Mapped[int | None]`, `Mapped[intpk]`."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from mscli.migrate.apply.tables.sqla_types import Seen, Unread
from mscli.migrate.walk.project.index import last_name

BY_ANNOTATION = {
    "int": "sa.Integer",
    "str": "sa.String",
    "bool": "sa.Boolean",
    "float": "sa.Float",
    "bytes": "sa.LargeBinary",
    "datetime": "sa.DateTime",
    "date": "sa.Date",
    "time": "sa.Time",
    "timedelta": "sa.Interval",
    "Decimal": "sa.Numeric",
    "UUID": "sa.Uuid",
}
COLUMN = ("Column", "mapped_column")
TELLING = "Annotated"


@dataclass(frozen=True, slots=True)
class Annotation:
    """The type; whether it may be null; what `Annotated` gives to the column, as `seen` there."""

    plain: ast.expr | None
    optional: bool
    column: ast.Call | None
    seen: Seen


def annotation_of(node: ast.expr | None, seen: Seen) -> Annotation:
    """What `Mapped[...]` says; without it nothing is known, and null is allowed. Raises Unread."""
    if not isinstance(node, ast.Subscript) or last_name(node.value) != "Mapped":
        return Annotation(None, True, None, seen)
    inner, optional = _without_none(node.slice)
    named = seen.aliased(inner) if not isinstance(inner, ast.Subscript) else None
    if named is not None:
        inner, seen = named
    if not isinstance(inner, ast.Subscript) or last_name(inner.value) != TELLING:
        return Annotation(inner, optional, None, seen)
    told = inner.slice.elts if isinstance(inner.slice, ast.Tuple) else [inner.slice]
    plain, is_null = _without_none(told[0])
    calls = (part for part in told[1:] if isinstance(part, ast.Call))
    column = next((call for call in calls if last_name(call.func) in COLUMN), None)
    return Annotation(plain, optional or is_null, column, seen)


def _without_none(inner: ast.expr) -> tuple[ast.expr, bool]:
    if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
        inner = _parsed(inner.value)
    if isinstance(inner, ast.Subscript) and last_name(inner.value) == "Optional":
        return inner.slice, True
    if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.BitOr):
        sides = [inner.left, inner.right]
        rest = [s for s in sides if not (isinstance(s, ast.Constant) and s.value is None)]
        return rest[0], len(rest) < len(sides)
    return inner, False


def _parsed(text: str) -> ast.expr:
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise Unread(f"the annotation `{text}`") from error
