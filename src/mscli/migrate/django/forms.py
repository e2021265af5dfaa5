"""Forms and serializers: what saving and showing them does to tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.index import ClassSymbol
from mscli.migrate.walk.nodes import Call, Confidence
from mscli.migrate.walk.schema import Model
from mscli.migrate.walk.values import Atom, Made, Object, Outside, Row, Site, Type, Value, text

if TYPE_CHECKING:
    from mscli.migrate.walk.frame import Frame


def meta_model(engine: Engine, cls: ClassSymbol) -> Model | None:
    """The model of a form or serializer: `Meta.model`."""
    for entry in engine.order(cls):
        if isinstance(entry, ClassSymbol) and "Meta" in entry.inner:
            for atom in engine.class_attribute(entry.inner["Meta"], "model"):
                if isinstance(atom, Type):
                    return engine.schema.by_class.get(atom.cls)
                if isinstance(atom, Outside):
                    return engine.schema.outside.get(atom.name)
    return None


def save(frame: Frame, model: Model, call: Call) -> None:
    """What saving a row of a form does, the model's own `save` included."""
    saved = frame.attribute((Row(model),), "save", call.site)
    frame.apply(saved, Call((), (), call.site))


def serializer(frame: Frame, cls: ClassSymbol, name: str, call: Call) -> Value | None:
    """A method that a serializer inherits."""
    engine = frame.engine
    model = meta_model(engine, cls)
    row: Value = (Row(model),) if model else ()
    if name == "save":
        for hook in ("create", "update"):
            frame.apply(frame.attribute((Object(cls),), hook, call.site), call)
        return row
    if name in ("create", "update") and model is not None:
        save(frame, model, call)
        return row
    if name == "is_valid":
        for symbol in _methods(engine, cls):
            if symbol.rpartition(".")[2].startswith("validate"):
                value = frame.attribute((Object(cls),), symbol, call.site)
                frame.apply(value, Call((), (), call.site))
        return ()
    return None


def serialized(frame: Frame, cls: ClassSymbol, site: Site, seen: set[ClassSymbol]) -> None:
    """What turning rows into JSON reads: the model, nested serializers, `get_...` methods."""
    if cls in seen:
        return
    seen.add(cls)
    engine = frame.engine
    model = meta_model(engine, cls)
    if model is not None:
        frame.read(model.table, "serialize", site, Confidence.LIKELY)
    for entry in engine.order(cls):
        if not isinstance(entry, ClassSymbol):
            continue
        for name in entry.attributes:
            for atom in engine.own_attribute(entry, name):
                if isinstance(atom, Object) and engine.inherits(atom.cls, "Serializer"):
                    serialized(frame, atom.cls, site, seen)
                _source(frame, model, name, atom, site)
    for name in _methods(engine, cls):
        if name.startswith("get_") and name not in ("get_fields", "get_queryset"):
            value = frame.attribute((Object(cls),), name, site)
            frame.apply(value, Call(((), (Row(model),) if model else ()), (), site))


def _source(frame: Frame, model: Model | None, name: str, atom: Atom, site: Site) -> None:
    path = text(atom.arg(-1, "source")) if isinstance(atom, Made) else None
    value: Value = (Row(model),) if model else ()
    for part in (path or name).split(".") if value and isinstance(atom, Made | Object) else ():
        value = frame.attribute(value, part, site)


def _methods(engine: Engine, cls: ClassSymbol) -> list[str]:
    names = [n for e in engine.order(cls) if isinstance(e, ClassSymbol) for n in e.methods]
    return list(dict.fromkeys(names))
