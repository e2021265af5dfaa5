"""What a relation of a row leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.walk.graph.nodes import Confidence
from mscli.migrate.walk.graph.schema import Relation
from mscli.migrate.walk.values.values import Row, Rows, Site, Value

if TYPE_CHECKING:
    from mscli.migrate.django.rows.rows import DjangoRows
    from mscli.migrate.walk.statements.frame import Frame


def forward(frame: Frame, rows: DjangoRows, relation: Relation, site: Site) -> Value:
    """The row that a key names, or the rows of a many-to-many."""
    target = relation.target
    assert target is not None  # noqa: S101
    if relation.collection:
        return (Rows(target, rows.classes_of(frame, target, "objects"), relation),)
    for model in (target, *target.parents):
        frame.read(model.table, relation.name, site, Confidence.LIKELY)
    if relation.kind == "generic":
        return _of_any(frame, rows, relation, site)
    return (Row(target, kept=True),)


def _of_any(frame: Frame, rows: DjangoRows, relation: Relation, site: Site) -> Value:
    """A row of one of those that say that they have such rows; who else has is not known."""
    source, relations = relation.source, rows.schema.relations
    holders = [r.source for r in relations if r.target is source and r.kind == relation.kind]
    for holder in dict.fromkeys(holders):
        frame.read(holder.table, relation.name, site, Confidence.LIKELY)
    what = f"{source.name}.{relation.name} may be a row of any table"
    frame.lost("relation", what, site)
    return tuple(Row(holder, kept=True) for holder in dict.fromkeys(holders))


def backward(frame: Frame, rows: DjangoRows, relation: Relation, site: Site) -> Value:
    """The rows that have a key to this one."""
    if relation.kind in ("one-to-one", "inheritance"):
        for model in (relation.source, *relation.source.parents):
            frame.read(model.table, relation.reverse, site, Confidence.LIKELY)
            if relation.makes:
                frame.write(model.table, "get_or_create", site, Confidence.LIKELY)
        return (Row(relation.source, kept=not relation.makes),)
    return (Rows(relation.source, rows.classes_of(frame, relation.source, "objects"), relation),)
