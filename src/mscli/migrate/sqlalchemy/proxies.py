"""Attributes that stand for something else: over a relationship (association proxies), or for an
expression in a statement (hybrids).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.walk.graph.schema import Model, Relation
from mscli.migrate.walk.values.values import (
    Function,
    Made,
    Row,
    Rows,
    Site,
    Type,
    Value,
    last,
    text,
)

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

PROXY, HYBRID = "association_proxy", "hybrid_property"


def through(frame: Frame, model: Model, name: str) -> Relation | None:
    """The relationship whose rows are made and taken away by what is done to the attribute."""
    found = _declared(frame, model, name)
    if found is None:
        return None
    relation = model.all_relations().get(text(found.arg(0, "target_collection")) or "")
    return relation or through(frame, model, text(found.arg(0)) or "")


def attribute(frame: Frame, row: Row, name: str, site: Site) -> Value | None:
    """What the proxy gives: something of each row that the relationship leads to."""
    found = _declared(frame, row.model, name)
    relation = through(frame, row.model, name)
    if found is None or relation is None:
        return None
    between = frame.attribute((row,), text(found.arg(0, "target_collection")) or "", site)
    value = text(found.arg(1, "attr")) or ""
    inner = [atom.model for atom in between if isinstance(atom, Row | Rows)]
    ends = [atom for model in inner for atom in frame.attribute((Row(model),), value, site)]
    models = [atom.model for atom in ends if isinstance(atom, Row | Rows)] or inner
    if not relation.collection:
        return tuple(Row(model) for model in models)
    return tuple(Rows(model, (), relation) for model in models)


def hybrid(frame: Frame, atom: Type, name: str) -> Value | None:
    """What a hybrid attribute of a class is made by, in a statement: its expression, or itself."""
    said = frame.engine.method(atom.cls, f"{name}.expression")
    plain = frame.engine.method(atom.cls, name)
    if said is None and plain is not None and HYBRID in plain.decorators:
        said = plain
    return (Function(said, (atom,)),) if said is not None else None


def _declared(frame: Frame, model: Model, name: str) -> Made | None:
    if model.cls is None or not name:
        return None
    for atom in frame.engine.class_attribute(model.cls, name):
        if isinstance(atom, Made) and last(atom.name) == PROXY:
            return atom
    return None
