"""Forms and serializers: the models that they are made of, and what saving one does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.django.meta import meta_model
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.graph.schema import Model
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.values.values import Known, Object, Row, Rows, Site, Value

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame


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
    is_serializer = frame.engine.inherits(cls, "Serializer")
    if is_serializer and meta_model(frame.engine, cls) is None:
        rows = tuple(_one(atom) for atom in call.arg(0, ROW) if isinstance(atom, Row | Rows))
        return _holding(frame.engine.instances.given(cls, call), rows) if rows else None
    if not frame.engine.inherits(cls, *OF_ROWS) or meta_model(frame.engine, cls) is None:
        return None
    if not call.starred and not has_row(call, is_serializer=is_serializer):
        return about(frame, cls, kept=False)
    row = call.arg(0 if is_serializer else -1, ROW)
    return _holding(frame.engine.instances.made(cls, call), row)


def has_row(call: Call, *, is_serializer: bool) -> bool:
    """Whether a form is told which row it is about; a serializer is told first of all."""
    return any(name == ROW for name, _ in call.kwargs) or (is_serializer and bool(call.args))


def _one(atom: Row | Rows) -> Row:
    """One of the rows that a serializer shows."""
    return atom if isinstance(atom, Row) else Row(atom.model, kept=True)


def shown_model(engine: Engine, serializer: Object) -> Model | None:
    """The model whose rows a serializer shows: its own, or that of what it was given."""
    held = serializer.instance.attributes.get(ROW, ()) if serializer.instance is not None else ()
    given = next((atom.model for atom in held if isinstance(atom, Row)), None)
    return meta_model(engine, serializer.cls) or given


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
    return row if waits(call) else Row(row.model, kept=True)


def waits(call: Call) -> bool:
    """Whether a form only fills its row in: `form.save(commit=False)`."""
    return call.arg(0, "commit") == (Known(False),)


def _holding(form: Object, row: Value) -> Object:
    if form.instance is not None and any(isinstance(atom, Row) for atom in row):
        form.instance.attributes.setdefault(ROW, row)
    return form
