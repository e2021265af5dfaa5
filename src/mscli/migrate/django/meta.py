"""`class Meta` of forms, serializers and filters: what it says, or else that of a base."""

from __future__ import annotations

from collections.abc import Iterator

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.schema import Model
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.values.values import Outside, Type, Value

META = "Meta"


def meta(engine: Engine, cls: ClassSymbol, name: str) -> Value:
    """What it says under a name, by the nearest class that says anything."""
    found = (engine.class_attribute(inner, name) for inner in _each(engine, cls))
    return next(filter(None, found), ())


def meta_model(engine: Engine, cls: ClassSymbol) -> Model | None:
    """The model of a form or serializer: `Meta.model`."""
    for inner in _each(engine, cls):
        for atom in engine.class_attribute(inner, "model"):
            if isinstance(atom, Type):
                return engine.schema.by_class.get(atom.cls)
            if isinstance(atom, Outside):
                return engine.schema.outside.get(atom.name)
    return None


def _each(engine: Engine, cls: ClassSymbol) -> Iterator[ClassSymbol]:
    return (entry.inner[META] for entry in engine.lineage(cls) if META in entry.inner)
