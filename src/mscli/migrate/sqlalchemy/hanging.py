"""Rows that are put on another by a relationship: what is written with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.sqlalchemy.values import emit, rows_in
from mscli.migrate.walk.graph.nodes import Confidence
from mscli.migrate.walk.graph.schema import Model, Relation
from mscli.migrate.walk.values.values import Site, Value

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame


def put(
    frame: Frame,
    relation: Relation,
    value: Value,
    operation: str,
    site: Site,
    sure: Confidence = Confidence.CERTAIN,
) -> None:
    """Write the table that has the keys, unless it is the row's own, and the rows that are new."""
    if relation.shown:
        return
    if relation.through is not None:
        frame.write(relation.through.table, operation, site, sure)
    elif relation.target is not None and (relation.collection or not has_key(relation)):
        frame.write(relation.target.table, operation, site, sure)
    for row in rows_in(value):
        # What another function gives may be new in one call and read in the next.
        is_new = row.made is not None and row.made is frame.fn
        for model in (row.model, *row.model.parents) if is_new else ():
            frame.write(model.table, operation, site, Confidence.LIKELY)
            emit(frame, "insert", model, site)


def has_key(relation: Relation) -> bool:
    """Whether a relationship's foreign key is a column of the row that has the relationship."""
    if relation.through is not None or relation.target is None:
        return False
    if not _leads(relation.target, relation.source):
        return True
    return not relation.collection and _leads(relation.source, relation.target)


def _leads(model: Model, other: Model) -> bool:
    """Whether a foreign key of a model leads to another, or to what that inherits from."""
    return any(
        relation.kind == "foreign-key" and relation.target in (other, *other.parents)
        for relation in model.all_relations().values()
    )
