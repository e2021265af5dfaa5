"""Actions of Django's admin: what a page does with the rows that are chosen on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mscli.migrate.django.requests import REQUEST
from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.graph.schema import Model
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.values.flat import flat
from mscli.migrate.walk.values.values import Function, Object, Rows, Site, Text, Value

if TYPE_CHECKING:
    from mscli.migrate.django.rows.rows import DjangoRows
    from mscli.migrate.walk.statements.frame import Frame

LIST, MARK = "actions", "action"


def run(frame: Frame, rows: DjangoRows, model: Model, admin: ClassSymbol, site: Site) -> None:
    """Every action that a class of the project's has, with rows of its model."""
    chosen: Value = (Rows(model, rows.classes_of(frame, model, "objects")),)
    for action in dict.fromkeys(_actions(frame, admin, site)):
        given = (REQUEST, chosen) if action.receiver else ((Object(admin),), REQUEST, chosen)
        frame.apply((action,), Call(given, (), site))


def _actions(frame: Frame, admin: ClassSymbol, site: Site) -> Iterator[Function]:
    """Those that `actions` lists, by name or themselves, and those that are marked."""
    engine = frame.engine
    listed = list(flat(engine.class_attribute(admin, LIST)))
    yield from (atom for atom in listed if isinstance(atom, Function))
    methods = [pair for entry in engine.lineage(admin) for pair in entry.methods.items()]
    marked = {name for name, method in methods if MARK in method.decorators}
    for name in sorted(marked | {atom.text for atom in listed if isinstance(atom, Text)}):
        if engine.method(admin, name) is not None:
            found = frame.attribute((Object(admin),), name, site)
            yield from (atom for atom in found if isinstance(atom, Function))
