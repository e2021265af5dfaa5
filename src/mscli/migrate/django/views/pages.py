"""The template that a class-based view shows, and what it has in its context."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mscli.migrate.django.rows.generic import is_rest, view_rows
from mscli.migrate.templates.rendering import pairs_of
from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.values.values import (
    Object,
    Pairs,
    Row,
    Rows,
    Site,
    Type,
    Value,
    text,
    texts,
)

if TYPE_CHECKING:
    from mscli.migrate.django.calls import DjangoCalls
    from mscli.migrate.walk.statements.frame import Frame

SUFFIXES = {
    "ListView": "_list",
    "DetailView": "_detail",
    "CreateView": "_form",
    "UpdateView": "_form",
    "DeleteView": "_confirm_delete",
}


def page(frame: Frame, calls: DjangoCalls, view: Object, given: Value, site: Site) -> None:
    """Show what the view shows; `given` is the context that it made itself, if it did."""
    if calls.rendering is None or is_rest(frame.engine, view):
        return
    if not given and frame.engine.method(view.cls, "get_context_data") is not None:
        hook = frame.attribute((view,), "get_context_data", site)
        given = frame.apply(hook, Call((), (), site))
    context = {**pairs_of(standard(frame, calls, view, (), site)), **pairs_of(given)}
    for name in _names(frame, calls, view, site):
        frame.node.renders[(name, site)] = None
        calls.rendering.show(frame, name, context, site)


def standard(
    frame: Frame,
    calls: DjangoCalls,
    view: Object,
    extra: tuple[tuple[str, Value], ...],
    site: Site,
) -> Value:
    """The context that Django's generic views make."""
    engine = frame.engine
    found: dict[str, Value] = {"view": (view,)}
    named = text(engine.declared(view, "context_object_name"))
    for atom in view_rows(frame, calls.rows, view, site):
        if not isinstance(atom, Rows):
            continue
        many: Value = (atom,)
        is_list = engine.inherits(view.cls, "ListView", "MultipleObjectMixin", "SingleTableView")
        if is_list:
            found["object_list"] = many
            found[named or f"{atom.model.name.lower()}_list"] = many
        else:
            found |= _one(Row(atom.model), named)
    for atom in _got(frame, view, site):
        found |= _one(atom, named)
    for atom in engine.declared(view, "form_class"):
        if isinstance(atom, Type):
            found["form"] = (Object(atom.cls),)
    found |= pairs_of(engine.declared(view, "extra_context"))
    return (Pairs((*{**found, **dict(extra)}.items(),)),)


def _one(row: Row, named: str | None) -> dict[str, Value]:
    """The names that a view of one row has it by."""
    return {"object": (row,), named or row.model.name.lower(): (row,)}


def _got(frame: Frame, view: Object, site: Site) -> Iterator[Row]:
    """The row that a view's own `get_object` gives."""
    method = frame.engine.method(view.cls, "get_object")
    if method is not None and frame.fn is not method:
        found = frame.apply(frame.attribute((view,), "get_object", site), Call((), (), site))
        yield from (atom for atom in found if isinstance(atom, Row))


def _names(frame: Frame, calls: DjangoCalls, view: Object, site: Site) -> list[str]:
    engine = frame.engine
    found = list(texts(engine.declared(view, "template_name")))
    if engine.method(view.cls, "get_template_names") is not None:
        hook = frame.attribute((view,), "get_template_names", site)
        found.extend(texts(frame.apply(hook, Call((), (), site))))
    found.extend(texts(engine.attributes.get((view.cls, "template_name"), ())))
    if not found:
        found = _by_model(frame, calls, view, site)
    return list(dict.fromkeys(found))


def _by_model(frame: Frame, calls: DjangoCalls, view: Object, site: Site) -> list[str]:
    suffix = text(frame.engine.declared(view, "template_name_suffix"))
    for name, usual in SUFFIXES.items():
        if suffix is None and frame.engine.inherits(view.cls, f".{name}"):
            suffix = usual
    if suffix is None:
        return []
    rows = [a for a in view_rows(frame, calls.rows, view, site) if isinstance(a, Rows)]
    return [f"{atom.model.owner}/{atom.model.name.lower()}{suffix}.html" for atom in rows]
