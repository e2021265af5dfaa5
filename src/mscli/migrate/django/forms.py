"""Forms and serializers: the models that they are made of, and what saving one does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.django.meta import meta_model
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.index import ClassSymbol
from mscli.migrate.walk.nodes import Call
from mscli.migrate.walk.values import Known, Object, Row, Site, Value

if TYPE_CHECKING:
    from mscli.migrate.walk.frame import Frame


ROW = "instance"
OF_ROWS = ("ModelForm", "Serializer")
NOWHERE = Site("", 0)


def save(frame: Frame, row: Row, call: Call) -> None:
    """What saving a row of a form does, the model's own `save` included."""
    saved = frame.attribute((row,), "save", call.site)
    frame.apply(saved, Call((), (), call.site))


# -- the row that a form is about ----------------------------------------------------------------


def about(frame: Frame, cls: ClassSymbol, *, kept: bool | None) -> Object:
    """A form (or serializer) that makes a new row, or changes one; of any kind if not known."""
    model = meta_model(frame.engine, cls)
    if model is None or kept is None:
        return Object(cls)
    row: Value = (Row(model, kept=kept),)
    return _holding(frame.engine.instances.given(cls, Call((), ((ROW, row),), NOWHERE)), row)


def made(frame: Frame, cls: ClassSymbol, call: Call) -> Object | None:
    """The form that a constructor gives: with no row, it makes one. None, if it is no such form."""
    if not frame.engine.inherits(cls, *OF_ROWS) or meta_model(frame.engine, cls) is None:
        return None
    is_serializer = frame.engine.inherits(cls, "Serializer")
    if not call.starred and not has_row(call, is_serializer=is_serializer):
        return about(frame, cls, kept=False)
    row = call.arg(0 if is_serializer else -1, ROW)
    return _holding(frame.engine.instances.made(cls, call), row)


def has_row(call: Call, *, is_serializer: bool) -> bool:
    """Whether a form is told which row it is about; a serializer is told first of all."""
    return any(name == ROW for name, _ in call.kwargs) or (is_serializer and bool(call.args))


def row_of(engine: Engine, form: Object) -> Row | None:
    """The row that a form saves, if it is made of a model."""
    model = meta_model(engine, form.cls)
    held = form.instance.attributes.get(ROW, ()) if form.instance is not None else ()
    known = [atom for atom in held if isinstance(atom, Row)]
    if model is None:
        return None
    return Row(model, kept=known[0].kept if len(known) == 1 == len(held) else None)


def saved_row(row: Row, call: Call) -> Row:
    """The row that saving a form gives; with `commit=False` it is as it was."""
    waits = any(name == "commit" and value == (Known(False),) for name, value in call.kwargs)
    return row if waits else Row(row.model, kept=True)


def _holding(form: Object, row: Value) -> Object:
    if form.instance is not None and any(isinstance(atom, Row) for atom in row):
        form.instance.attributes.setdefault(ROW, row)
    return form
