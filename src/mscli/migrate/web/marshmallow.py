"""marshmallow's schemas: what showing rows reads (`dump`), and what is made of data (`load`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.graph.schema import Model
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.semantics import Semantics
from mscli.migrate.walk.values.flat import flat
from mscli.migrate.walk.values.values import (
    Atom,
    Function,
    Made,
    Member,
    Object,
    Row,
    Rows,
    Site,
    Type,
    Value,
    join,
    last,
    text,
)

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

SCHEMAS = (".Schema", "AutoSchema", "SQLAlchemySchema")
DUMPING, LOADING = frozenset(["dump", "dumps", "jsonify"]), frozenset(["load", "loads"])
NESTING = frozenset(["Nested", "Pluck"])


class SchemaCalls(Semantics):
    """The meaning of a schema's methods."""

    def call(self, frame: Frame, atom: Atom, call: Call) -> Value | None:
        """Show rows, or make something of data."""
        if not isinstance(atom, Member) or not isinstance(atom.of, Object):
            return None
        cls = atom.of.cls
        if atom.name not in DUMPING | LOADING or not frame.engine.inherits(cls, *SCHEMAS):
            return None
        if atom.name in LOADING:
            return _loaded(frame, cls, call)
        for model in _models(call.arg(0)):
            show(frame, cls, model, call.site, frozenset())
        return ()


def _loaded(frame: Frame, cls: ClassSymbol, call: Call) -> Value:
    found: list[Value] = []
    for entry in frame.engine.lineage(cls):
        for method in entry.methods.values():
            if "post_load" in method.decorators:
                made = frame.apply((Function(method, (Object(cls),)),), call)
                found.append(made)
    return join(*found)


def show(
    frame: Frame, cls: ClassSymbol, model: Model, site: Site, above: frozenset[ClassSymbol]
) -> None:
    """Everything that a schema shows of a row is asked of it."""
    row: Value = (Row(model),)
    for name, field in _fields(frame.engine, cls):
        kind = last(field.name)
        if kind == "Method":
            method = frame.attribute((Object(cls),), text(field.arg(0, "serialize")) or "", site)
            frame.apply(method, Call((row,), (), site))
        elif kind == "Function":
            frame.apply(field.arg(0, "serialize"), Call((row,), (), site))
        else:
            shown = row
            for part in (text(field.arg(-1, "attribute")) or name).split("."):
                shown = frame.attribute(shown, part, site)
            for inner in _nested(frame, field) if kind in NESTING else ():
                for each in _models(shown) if inner not in above else ():
                    show(frame, inner, each, site, above | {cls})


def _nested(frame: Frame, field: Made) -> Iterator[ClassSymbol]:
    """A class, an object of one, or a function that gives it."""
    for atom in field.arg(0, "nested"):
        given = frame.apply((atom,), Call((), (), field.site)) if isinstance(atom, Function) else ()
        for part in (atom, *given):
            if isinstance(part, Type | Object):
                yield part.cls


def _fields(engine: Engine, cls: ClassSymbol) -> Iterator[tuple[str, Made]]:
    for name, atom in engine.declarations(cls):
        if isinstance(atom, Made):
            yield name, atom


def _models(value: Value) -> Iterator[Model]:
    return (atom.model for atom in flat(value) if isinstance(atom, Row | Rows))
