"""Rows that a content type stands for: which table they are of is in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.walk.graph.nodes import Call, Confidence
from mscli.migrate.walk.graph.schema import Model, Schema
from mscli.migrate.walk.values.values import Row, Value

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

LOADING = "get_object_for_this_type"


def load(frame: Frame, schema: Schema, call: Call) -> Value:
    """A row of any table; where a row asks for itself, of a table that inherits from its own."""
    own = {atom.model for atom in frame.receiver if isinstance(atom, Row)}
    below = [model for model in schema.by_class.values() if own & set(_above(model))]
    if not below:
        frame.lost("call", f"{LOADING}() gives a row of any table", call.site)
    for model in below:
        frame.read(model.table, LOADING, call.site, Confidence.LIKELY)
    return tuple(Row(model, kept=True) for model in below)


def _above(model: Model) -> list[Model]:
    return [above for parent in model.parents for above in (parent, *_above(parent))]
