"""What models and rows do themselves: the style of active records, SQLModel's own methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.sqlalchemy.values import delete, model_of, read_rows
from mscli.migrate.walk.graph.nodes import Call, Confidence
from mscli.migrate.walk.values.values import Member, Row, Value
from mscli.migrate.words import words

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

WRITING = frozenset(words("save update create"))
MAKING = frozenset(words("create upsert insert"))
FINDING = frozenset(words("get find get_or_404 get_by first"))
VALIDATING = frozenset(words("model_validate parse_obj from_orm"))
"""By which SQLModel makes a new row out of something else."""


def of_row(frame: Frame, row: Row, name: str, call: Call) -> Value | None:
    """`row.save()`, `row.delete()`, `row.update(...)`, SQLModel's `row.sqlmodel_update(...)`."""
    if row.model.framework != "sqlalchemy":
        return None
    if name in WRITING:
        frame.write(row.model.table, name, call.site, Confidence.LIKELY)
        return (row,)
    if name == "sqlmodel_update":
        for semantics in frame.engine.semantics:
            semantics.assign(frame, row, "", (), call.site)
        return (row,)
    if name == "delete":
        delete(frame, row.model, call.site)
    return (row,) if name == "_get_current_object" else ()


def of_model(frame: Frame, method: Member, call: Call) -> Value | None:
    """`Model.create(...)`, `Model.get(...)`, SQLModel's `Model.model_validate(...)`."""
    model = model_of(frame, method.of)
    if model is None:
        return None
    if method.name in VALIDATING:
        return (Row(model, frame.fn),)
    if method.name in MAKING:
        frame.write(model.table, method.name, call.site, Confidence.LIKELY)
        return (Row(model),)
    if method.name in FINDING:
        read_rows(frame, model, method.name, call.site, Confidence.LIKELY)
        return (Row(model, kept=True),)
    return None
