"""Names that a router of REST framework gives to its URLs: `book-list`, `book-detail`."""

from __future__ import annotations

from collections.abc import Iterator

from mscli.migrate.django.rest import actions
from mscli.migrate.django.urls.nested_routers import above, key_of, registered_with, with_registries
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import OutsideCall
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.values.values import Known, Made, Rows, Type, last, text

Name = tuple[str, str]
"""A name and its rule."""
ROOT, SUFFIX = "DefaultRouter", r"\.(?P<format>[a-z0-9]+)/?$"


class RouterNames:
    """Reads what is registered, in the order that the router has it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def of(self, router: Made) -> Iterator[Name]:
        """Every name of a router; one with a root has each with a suffix for the format, too."""
        is_rooted = last(router.name).endswith(ROOT)
        slash = "" if router.arg(0, "trailing_slash") == (Known(value=False),) else "/"
        row = above(self.engine, router)
        every = with_registries(self.engine, router)
        for call in (c for each in every for c in registered_with(self.engine, each)):
            for name, rule in self._registration(call):
                yield name, f"re_path:^{row}{rule}{slash if rule else ''}$"
                if is_rooted:
                    yield name, f"re_path:^{row}{rule}{SUFFIX}"
        said = self.engine.on_made.get((router, "include_root_view"), ())
        if is_rooted and said != (Known(value=False),):
            yield "api-root", "path:"

    def _registration(self, call: OutsideCall) -> Iterator[Name]:
        prefix = text(call.arg(0, "prefix"))
        cls = next((a.cls for a in call.arg(1, "viewset") if isinstance(a, Type)), None)
        name = self._basename(call, cls) if cls is not None else ""
        if cls is None or prefix is None or not name:
            return
        known, given = (
            set(actions.standard(self.engine, cls)),
            list(actions.own(self.engine, cls)),
        )
        keyword, value = key_of(self.engine, cls)
        below = f"{prefix}/" if prefix else ""
        key = f"{below}(?P<{keyword}>{value})"
        if known & {"list", "create"}:
            yield f"{name}-list", prefix
        yield from ((f"{name}-{e.name}", f"{below}{e.path}") for e in given if not e.detail)
        if known - {"list", "create"}:
            yield f"{name}-detail", key
        yield from ((f"{name}-{e.name}", f"{key}/{e.path}") for e in given if e.detail)

    def _basename(self, call: OutsideCall, cls: ClassSymbol) -> str:
        """As it is given, or the name of the model that the viewset asks."""
        given = call.arg(2, "basename") or call.arg(-1, "base_name")
        if given:
            return text(given) or ""
        asked = self.engine.class_attribute(cls, "queryset")
        return next((atom.model.name.lower() for atom in asked if isinstance(atom, Rows)), "")
