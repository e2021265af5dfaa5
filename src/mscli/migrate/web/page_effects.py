"""What pages that extensions of Flask bring along do to the table that they are about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.semantics import Semantics
from mscli.migrate.walk.values.flat import flat
from mscli.migrate.walk.values.values import (
    Atom,
    Made,
    Member,
    Object,
    Row,
    Site,
    Type,
    Value,
    last,
    texts,
)
from mscli.migrate.web.brought import PAGES, kind_of

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

DONE = {"add": ("add",), "change": ("query", "add"), "delete": ("query", "delete")}
SHOWN = {
    "list": ("list_columns", "list_select_columns"),
    "show": ("show_columns", "show_select_columns"),
}
"""By which AppBuilder is told the columns, and what lies behind relationships: `owners.name`."""
FILTERED = "base_filters"
INTERFACE = "SQLAInterface"
FOUND = {"get": "first", "query": "all"}
CHANGES = {"add": "add", "edit": "merge", "delete": "delete"}
HEADLESS = "_headless"
"""Methods that AppBuilder's pages leave their work to."""


def touch(frame: Frame, cls: ClassSymbol | None, model: Value, does: str, site: Site) -> None:
    """Read, add, change or delete rows, as a page `does`."""
    session: Value = (Made("sqlalchemy.orm.Session", site, ()),)
    known = frame.engine.schema.by_class
    rows = tuple(Row(known[a.cls]) for a in model if isinstance(a, Type) and a.cls in known)
    for name in DONE.get(does, ("query",) if does else ()):
        method = frame.attribute(session, name, site)
        found = frame.apply(method, Call((model if name == "query" else rows,), (), site))
        if name == "query":
            found = _filtered(frame, cls, found, site)
            frame.apply(frame.attribute(found, "all", site), Call((), (), site))
    for way in _shown(frame, cls, does):
        value: Value = rows
        for name in way.split("."):
            value = frame.attribute(value, name, site) if value else ()


def _asked(frame: Frame, interface: Made, name: str, call: Call) -> Value | None:
    """One row or some, which filters may choose; or they are added, changed, deleted."""
    session: Value = (Made("sqlalchemy.orm.Session", call.site, ()),)
    if name in CHANGES:
        method = frame.attribute(session, CHANGES[name], call.site)
        frame.apply(method, Call((call.arg(0, "item"),), (), call.site))
        return ()
    if name not in FOUND:
        return None
    model = tuple(a for a in interface.arg(0, "obj") if isinstance(a, Type))
    query = frame.apply(frame.attribute(session, "query", call.site), Call((model,), (), call.site))
    if len(call.args) > 1 or call.arg(-1, "filters"):
        view = next((a.cls for a in frame.receiver if isinstance(a, Object)), None)
        query = _filtered(frame, view, query, call.site)
    method = frame.attribute(query, FOUND[name], call.site)
    return frame.apply(method, Call((), (), call.site))


def _shown(frame: Frame, cls: ClassSymbol | None, does: str) -> Iterator[str]:
    if cls is not None:
        for name in SHOWN.get(does, ()):
            yield from texts(frame.engine.class_attribute(cls, name))


def _filtered(frame: Frame, cls: ClassSymbol | None, query: Value, site: Site) -> Value:
    """`base_filters = [["id", OwnFilter, ...]]`: each is asked for what is left of the query."""
    told = frame.engine.class_attribute(cls, FILTERED) if cls is not None else ()
    for atom in flat(told):
        if isinstance(atom, Type):
            method = frame.attribute((Object(atom.cls),), "apply", site)
            query = frame.apply(method, Call((query, ()), (), site)) or query
    return query


class BroughtPages(Semantics):
    """`super().get_list()`, `self.get_headless(pk)`: code asks for a page that is brought.

    And `self.datamodel.get(pk)`: it asks the interface to the table that pages are about.
    """

    def call(self, frame: Frame, atom: Atom, call: Call) -> Value | None:
        """What the page does, unless the project has written it."""
        if not isinstance(atom, Member):
            return None
        if isinstance(atom.of, Made) and last(atom.of.name) == INTERFACE:
            return _asked(frame, atom.of, atom.name, call)
        if not isinstance(atom.of, Object):
            return None
        engine, cls = frame.engine, atom.of.cls
        pages = PAGES.get(kind_of(engine.outsiders(cls)), ())
        page = next((p for p in pages if p.name == atom.name.removesuffix(HEADLESS)), None)
        if page is None or not page.does:
            return None
        interface = engine.class_attribute(cls, "datamodel")
        given = (made.arg(0, "obj") for made in interface if isinstance(made, Made))
        model = tuple(a for value in given for a in value if isinstance(a, Type))
        touch(frame, cls, model, page.does, call.site)
        return ()
