"""Rows that are loaded as those of a base class, and are of one that inherits from it.

Source: SQLAlchemy's "Mapping Class Inheritance Hierarchies": a query for `Person` gives rows of
`Engineer`, too, whose own columns lie in a table of theirs (joined) and are loaded when asked for.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mscli.migrate.walk.graph.nodes import Confidence
from mscli.migrate.walk.values.values import Row, Site, Value, join

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame


def attribute(frame: Frame, row: Row, name: str, site: Site) -> Value | None:
    """What only heirs of a row's model have under a name; nothing of what it has itself."""
    model, engine = row.model, frame.engine
    if row.kept is False or model.cls is None or name in model.fields or name.startswith("__"):
        return None
    if engine.method(model.cls, name) or engine.class_attribute(model.cls, name):
        return None
    found: list[Value] = []
    for heir in engine.schema.by_class.values():
        if model in heir.parents and name in (*heir.fields, *heir.relations):
            frame.read(heir.table, name, site, Confidence.LIKELY)
            found.append(frame.attribute((replace(row, model=heir),), name, site))
    return join(*found) if found else None
