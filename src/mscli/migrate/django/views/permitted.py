"""Views that look up a permission before they answer: Django's mix-in, and those of `rules`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.django.rows import permissions, rules
from mscli.migrate.django.rows.generic import declared_rows, view_rows
from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.values.values import Object, Row, Rows, Site, Text, Value, join

if TYPE_CHECKING:
    from mscli.migrate.django.calls import DjangoCalls
    from mscli.migrate.walk.statements.frame import Frame

ASKING = "has_permission"
PLAIN, OF_OBJECTS = "auth.mixins.PermissionRequiredMixin", "rules.contrib.views."
BY_KIND = f"{OF_OBJECTS}AutoPermissionRequiredMixin"
MIXINS = (PLAIN, f"{OF_OBJECTS}PermissionRequiredMixin", BY_KIND)
KINDS = {
    "CreateView": "add",
    "UpdateView": "change",
    "DeleteView": "delete",
    "DetailView": "view",
}


def ask(frame: Frame, calls: DjangoCalls, view: Object, site: Site) -> None:
    """`has_permission()` of such a view, as the mix-in writes it."""
    if not frame.engine.inherits(view.cls, *MIXINS):
        return
    names = join(_named(frame, view, site), _by_kind(frame, calls, view))
    about = rules.NOBODY
    if not frame.engine.inherits(view.cls, PLAIN):
        about = _object(frame, calls, view, site)
    permissions.ask(frame, calls.reader.user, site, names, about)


def _named(frame: Frame, view: Object, site: Site) -> Value:
    if frame.engine.method(view.cls, "get_permission_required") is not None:
        return _told(frame, view, "get_permission_required", site)
    return frame.attribute((view,), "permission_required", site)


def _by_kind(frame: Frame, calls: DjangoCalls, view: Object) -> Value:
    """By the kind of the view and its model: to change a book."""
    if not frame.engine.inherits(view.cls, BY_KIND):
        return ()
    kinds = [kind for base, kind in KINDS.items() if frame.engine.inherits(view.cls, base)]
    models = [a.model for a in declared_rows(frame, calls.rows, view) if isinstance(a, Rows)]
    return tuple(Text(rules.codename(model, kind)) for model in models for kind in kinds[:1])


def _object(frame: Frame, calls: DjangoCalls, view: Object, site: Site) -> Value:
    """What the permission is about: what the view says, or the row that it shows."""
    for hook in ("get_permission_object", "get_object"):
        if frame.engine.method(view.cls, hook) is not None:
            return _told(frame, view, hook, site)
    if frame.engine.inherits(view.cls, "BaseCreateView", "CreateView"):
        return rules.NOBODY
    found: list[Row] = []
    for atom in view_rows(frame, calls.rows, view, site):
        if isinstance(atom, Rows):
            calls.rows.query(frame, atom, "get", Call((), (), site))
            found.append(Row(atom.model, kept=True))
    return tuple(found) or rules.NOBODY


def _told(frame: Frame, view: Object, hook: str, site: Site) -> Value:
    return frame.apply(frame.attribute((view,), hook, site), Call((), (), site))
