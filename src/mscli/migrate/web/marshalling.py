"""What decorators do with the rows that a handler of Flask returns.

`@marshal_with(fields)` of Flask-RESTful and flask-restx, with fields in a mapping, and
`@blp.response(200, BookSchema)` of flask-smorest, with a schema of marshmallow's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.walk.project.index import FunctionSymbol, last_name
from mscli.migrate.walk.values.flat import flat
from mscli.migrate.walk.values.merging import elements
from mscli.migrate.walk.values.values import (
    Atom,
    Made,
    Object,
    Outside,
    Pairs,
    Row,
    Rows,
    Site,
    Type,
    Value,
    join,
    last,
    text,
)
from mscli.migrate.web.marshmallow import show

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

MARSHALLING = frozenset(["marshal_with", "marshal_list_with"])
ANSWERING, NESTED, LISTED = "response", "Nested", "List"
DEEPEST = 5


def answered(frame: Frame, fn: FunctionSymbol, given: Value, site: Site) -> None:
    """A handler has returned this, and its decorators make an answer of it."""
    for decorator in getattr(fn.node, "decorator_list", ()):
        if last_name(decorator) not in (*MARSHALLING, ANSWERING):
            continue
        for atom in frame.of_module(fn.module).evaluate(decorator):
            name = last(atom.name) if isinstance(atom, Made) else ""
            if isinstance(atom, Made) and name in MARSHALLING:
                marshalled(frame, given, atom.arg(0, "fields"), site)
            elif isinstance(atom, Made) and name == ANSWERING:
                _dumped(frame, given, atom.arg(1, "schema"), site)


def _dumped(frame: Frame, given: Value, schemas: Value, site: Site) -> None:
    for schema in schemas:
        if isinstance(schema, Type | Object):
            for row in _rows(given):
                show(frame, schema.cls, row.model, site, frozenset())


def marshalled(frame: Frame, given: Value, fields: Value, site: Site, depth: int = 0) -> None:
    """Every field of a mapping is asked of the rows, and what is nested of those they lead to."""
    rows: Value = tuple(_rows(given))
    for said in flat(fields) if rows and depth < DEEPEST else ():
        if isinstance(said, Made):  # `api.model("Book", {...})`
            marshalled(frame, rows, join(*said.args), site, depth + 1)
        for name, field in said.pairs if isinstance(said, Pairs) else ():
            for atom in field:
                _field(frame, rows, name or "", atom, site, depth)


def _field(frame: Frame, rows: Value, name: str, field: Atom, site: Site, depth: int) -> None:
    if not isinstance(field, Made | Outside):
        return
    shown = rows
    named = text(field.arg(-1, "attribute")) if isinstance(field, Made) else None
    for part in (named or name).split("."):
        shown = frame.attribute(elements(shown) or shown, part, site)
    of_list = field.arg(0, "cls_or_instance") if isinstance(field, Made) else ()
    for inner in of_list if last(field.name) == LISTED else (field,):
        if isinstance(inner, Made) and last(inner.name) == NESTED:
            fields = inner.arg(0, "nested") or inner.arg(0, "model")
            marshalled(frame, shown, fields, site, depth + 1)


def _rows(given: Value) -> list[Row]:
    """The rows of an answer: one, a list, or either with a status beside it."""
    found = (atom for atom in flat(given) if isinstance(atom, Row | Rows))
    rows = (Row(atom.model, kept=True) if isinstance(atom, Rows) else atom for atom in found)
    return list(dict.fromkeys(rows))
