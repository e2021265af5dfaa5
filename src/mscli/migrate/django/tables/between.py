"""The tables between the two sides of a many-to-many: `Book.tags.through`, also without a class."""

from __future__ import annotations

from mscli.migrate.walk.graph.schema import Model, Schema
from mscli.migrate.walk.values.values import Atom, Made, Outside, Rows, Type, Value

UNWRITTEN = "django.db.models.through."
"""Before the table of a class that nobody wrote."""


def model(schema: Schema, atom: Outside) -> Model | None:
    """The model that a class from outside the project is."""
    if atom.name.startswith(UNWRITTEN):
        return schema.by_table.get(atom.name.removeprefix(UNWRITTEN))
    return schema.outside.get(atom.name)


def classes(schema: Schema, atom: Atom) -> Value:
    """What `through` is of a field, or of the rows that a field leads to."""
    through = [atom.relation.through] if isinstance(atom, Rows) and atom.relation else []
    if isinstance(atom, Made):
        through = [r.through for r in schema.relations if r.through and r.site == atom.site]
    return tuple(
        Type(one.cls) if one.cls is not None else Outside(f"{UNWRITTEN}{one.table}")
        for one in through
        if one is not None
    )


def about(schema: Schema, table: str) -> Model | None:
    """Whose rows `m2m_changed` is about."""
    sources = (r.source for r in schema.relations if r.through and r.through.table == table)
    return next(sources, None)
