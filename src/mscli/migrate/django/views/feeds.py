"""Syndication feeds: objects that are views, and the hooks that Django calls on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.values.merging import elements
from mscli.migrate.walk.values.values import Object, Site, Value

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame


def feed(frame: Frame, atom: Object, request: Value, site: Site) -> None:
    """The object first, its items, then whatever is told of each."""
    view: Value = (atom,)
    about = _hook(frame, view, "get_object", (request,), site)
    items = elements(_hook(frame, view, "items", (about,), site))
    for entry in frame.engine.lineage(atom.cls):
        for name in entry.methods:
            if name not in ("get_object", "items", "__init__"):
                given = items if name.startswith("item_") else about
                _hook(frame, view, name, (given,), site)


def _hook(frame: Frame, view: Value, name: str, args: tuple[Value, ...], site: Site) -> Value:
    atom = view[0]
    if not isinstance(atom, Object) or frame.engine.method(atom.cls, name) is None:
        return ()
    return frame.apply(frame.attribute(view, name, site), Call(args, (), site))
