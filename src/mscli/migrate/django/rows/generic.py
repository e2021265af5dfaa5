"""The rows that a generic view is about, and which framework answers for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.django.meta import meta_model
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.objects.generics import within
from mscli.migrate.walk.values.values import Object, Rows, Site, Type, Value, join

if TYPE_CHECKING:
    from mscli.migrate.django.rows.rows import DjangoRows
    from mscli.migrate.walk.statements.frame import Frame

ACTIONS = {
    "get": ("list", "retrieve"), "post": ("create",), "put": ("update",),
    "patch": ("partial_update", "update"), "partial_update": ("update",), "delete": ("destroy",),
}  # fmt: skip
"""What each method of a generic view, or of a viewset, leaves to another."""


def is_rest(engine: Engine, view: Object) -> bool:
    """Whether REST framework answers for a view, and not Django."""
    return engine.inherits(view.cls, "APIView", "ViewSet")


def own_action(engine: Engine, view: Object, name: str) -> str:
    """The action of a view's own that REST framework's method of a name calls."""
    named = ACTIONS.get(name, ()) if is_rest(engine, view) else ()
    return next((each for each in named if engine.method(view.cls, each) is not None), "")


def view_rows(frame: Frame, rows: DjangoRows, view: Object, site: Site) -> Value:
    """By `get_queryset`, queryset, model, the form's model."""
    engine = frame.engine
    method = engine.method(view.cls, "get_queryset")
    if method is not None and frame.fn is not method:
        found = frame.apply(frame.attribute((view,), "get_queryset", site), Call((), (), site))
        kept = tuple(atom for atom in found if isinstance(atom, Rows))
        if kept:
            return kept
    return used_rows(frame, rows, view)


def used_rows(frame: Frame, rows: DjangoRows, view: Object) -> Value:
    """The same as `declared_rows`, where they are asked for: with all that the query joins."""
    for entry in frame.engine.lineage(view.cls):
        if "queryset" in entry.attributes:
            within(frame, entry, view).evaluate(entry.attributes["queryset"])
            break
    return declared_rows(frame, rows, view)


def declared_rows(frame: Frame, rows: DjangoRows, view: Object) -> Value:
    """The rows that a generic view declares, without its own get_queryset."""
    engine = frame.engine
    found = [a for a in engine.declared(view, "queryset") if isinstance(a, Rows)]
    if found:
        return tuple(found)
    for atom in join(
        engine.declared(view, "model"), engine.attributes.get((view.cls, "model"), ())
    ):
        model = rows.model_of(atom)
        if model is not None:
            return (Rows(model, rows.classes_of(frame, model, "objects")),)
    for name in ("form_class", "serializer_class"):
        for atom in engine.declared(view, name):
            model = meta_model(engine, atom.cls) if isinstance(atom, Type) else None
            if model is not None:
                return (Rows(model),)
    return ()
