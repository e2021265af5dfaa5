"""Sitemaps: what Django asks each of them, and then of each of its rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.values.merging import elements
from mscli.migrate.walk.values.values import (
    Atom,
    Made,
    Object,
    Pairs,
    Rows,
    Site,
    Type,
    Value,
    last,
)

if TYPE_CHECKING:
    from mscli.migrate.django.rows.rows import DjangoRows
    from mscli.migrate.walk.statements.frame import Frame

VIEW = "django.contrib.sitemaps.views."
OF_ONE = ("location", "lastmod", "changefreq", "priority", "get_languages_for_item")
"""What is asked of each row."""

Given = Iterable[tuple[str, Value]]


def shown(frame: Frame, rows: DjangoRows, given: Given, site: Site) -> None:
    """`path(..., sitemap, {"sitemaps": {"books": BookSitemap}})`: everything that each shows."""
    for atom in dict(given).get("sitemaps", ()):
        for _, value in atom.pairs if isinstance(atom, Pairs) else ():
            for each in value:
                _show(frame, rows, each, site)


def _show(frame: Frame, rows: DjangoRows, atom: Atom, site: Site) -> None:
    if isinstance(atom, Made) and last(atom.name).startswith("GenericSitemap"):
        for given in atom.arg(0, "info_dict"):
            for queried in given.get("queryset") if isinstance(given, Pairs) else ():
                if isinstance(queried, Rows):
                    rows.query(frame, queried, "all", Call((), (), site))
    if not isinstance(atom, Type | Object):
        return
    view: Value = (Object(atom.cls) if isinstance(atom, Type) else atom,)
    items = elements(_asked(frame, view, "items", (), site))
    for name in OF_ONE:
        _asked(frame, view, name, (items,), site)
    if frame.engine.method(atom.cls, "location") is None:
        _asked(frame, items, "get_absolute_url", (), site)


def _asked(frame: Frame, of: Value, name: str, args: tuple[Value, ...], site: Site) -> Value:
    if isinstance(of[0] if of else None, Object):
        (atom,) = of
        if not isinstance(atom, Object) or frame.engine.method(atom.cls, name) is None:
            return ()
    return frame.apply(frame.attribute(of, name, site), Call(args, (), site))
