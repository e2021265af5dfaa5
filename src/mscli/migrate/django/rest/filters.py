"""Filters of lists in REST framework and django-filter: what they join where somebody asks so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mscli.migrate.django.meta import meta
from mscli.migrate.django.rows.lookups import join
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.values.values import (
    Made,
    Object,
    Pairs,
    Rows,
    Site,
    Text,
    Type,
    Value,
    text,
    texts,
)

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

DECLARED = ("filterset_fields", "filter_fields", "search_fields")
CLASSES = ("filterset_class", "filter_class")
PREFIXES = "^=@$-"


def filtered(frame: Frame, view: Object, rows: Value, site: Site) -> None:
    """Note what the filters of a view join to its rows."""
    paths = list(dict.fromkeys(_paths(frame.engine, view)))
    for atom in rows:
        if isinstance(atom, Rows):
            for path in paths:
                join(frame, atom.model, path.lstrip(PREFIXES).split("__"), site)
            _by_methods(frame, view, atom, site)


def _by_methods(frame: Frame, view: Object, rows: Rows, site: Site) -> None:
    """Ask the methods that filters name: `CharFilter(method="by_author")`, or a function."""
    found = (a for name in CLASSES for a in frame.engine.declared(view, name))
    for cls in (atom.cls for atom in found if isinstance(atom, Type)):
        for name, made in frame.engine.declarations(cls):
            for method in made.arg(-1, "method") if isinstance(made, Made) else ():
                value: Value = (method,)
                if isinstance(method, Text) and frame.engine.method(cls, method.text):
                    value = frame.attribute((Object(cls),), method.text, site)
                frame.apply(value, Call(((rows,), (Text(name),), ()), (), site))


def _paths(engine: Engine, view: Object) -> Iterator[str]:
    for name in DECLARED:
        yield from _named(engine.declared(view, name))
    for name in CLASSES:
        for atom in engine.declared(view, name):
            if isinstance(atom, Type):
                yield from _of_class(engine, atom.cls)


def _of_class(engine: Engine, cls: ClassSymbol) -> Iterator[str]:
    yield from _named(meta(engine, cls, "fields"))
    for name, atom in engine.declarations(cls):
        if isinstance(atom, Made):
            yield text(atom.arg(0, "field_name")) or name


def _named(value: Value) -> Iterator[str]:
    """A list of fields, or a mapping of them to look-ups."""
    yield from texts(value)
    for atom in value:
        if isinstance(atom, Pairs):
            yield from (name for name, _ in atom.pairs)
