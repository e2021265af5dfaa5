"""REST framework's serializers: what checking, saving and showing rows does to tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mscli.migrate.django.choices import meta, related_fields
from mscli.migrate.django.forms import meta_model, save
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.index import ClassSymbol
from mscli.migrate.walk.nodes import Call, Confidence
from mscli.migrate.walk.schema import Model, Relation
from mscli.migrate.walk.values import Atom, Made, Object, Row, Rows, Site, Value, text, texts

if TYPE_CHECKING:
    from mscli.migrate.walk.frame import Frame


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
        _looked_up(frame, cls, call.site)
        for symbol in _methods(engine, cls):
            if symbol.rpartition(".")[2].startswith("validate"):
                value = frame.attribute((Object(cls),), symbol, call.site)
                frame.apply(value, Call((), (), call.site))
        return ()
    return None


def _looked_up(frame: Frame, cls: ClassSymbol, site: Site) -> None:
    """Rows that are named by their keys are looked up, so that they are there."""
    for _, atom in _declared(frame.engine, cls):
        for among in atom.arg(-1, "queryset") if isinstance(atom, Made) else ():
            if isinstance(among, Rows):
                frame.read(among.model.table, "check", site, Confidence.LIKELY)
    read_only = set(texts(meta(frame.engine, cls, "read_only_fields")))
    for relation in _undeclared(frame.engine, cls):
        if relation.target is not None and relation.name not in read_only:
            frame.read(relation.target.table, "check", site, Confidence.LIKELY)


def serialized(frame: Frame, cls: ClassSymbol, site: Site) -> None:
    """What turning rows into JSON reads: the model, and what `shown` says."""
    model = meta_model(frame.engine, cls)
    if model is not None:
        frame.read(model.table, "serialize", site, Confidence.LIKELY)
    shown(frame, cls, site, {cls})


def shown(frame: Frame, cls: ClassSymbol, site: Site, seen: set[ClassSymbol]) -> None:
    """What a row that is there already takes along: nested serializers, `get_...` methods."""
    engine, model = frame.engine, meta_model(frame.engine, cls)
    for name, atom in _declared(engine, cls):
        nested = atom.cls if isinstance(atom, Object) else None
        if nested is not None and nested not in seen and engine.inherits(nested, "Serializer"):
            seen.add(nested)
            if (inner := meta_model(engine, nested)) is not None:
                frame.read(inner.table, "serialize", site, Confidence.LIKELY)
            shown(frame, nested, site, seen)
        _source(frame, model, name, atom, site)
    for relation in _undeclared(engine, cls):
        if relation.through is not None and relation.target is not None:
            frame.read(relation.through.table, "serialize", site, Confidence.LIKELY)
            frame.read(relation.target.table, "serialize", site, Confidence.LIKELY)
    for name in _methods(engine, cls):
        if name.startswith("get_") and name not in ("get_fields", "get_queryset"):
            value = frame.attribute((Object(cls),), name, site)
            frame.apply(value, Call(((), (Row(model),) if model else ()), (), site))


def _source(frame: Frame, model: Model | None, name: str, atom: Atom, site: Site) -> None:
    path = text(atom.arg(-1, "source")) if isinstance(atom, Made) else None
    value: Value = (Row(model),) if model else ()
    for part in (path or name).split(".") if value and isinstance(atom, Made | Object) else ():
        value = frame.attribute(value, part, site)


def _declared(engine: Engine, cls: ClassSymbol) -> Iterator[tuple[str, Atom]]:
    """The fields that a serializer and its bases declare."""
    for entry in engine.order(cls):
        if isinstance(entry, ClassSymbol):
            for name in entry.attributes:
                yield from ((name, atom) for atom in engine.own_attribute(entry, name))


def _undeclared(engine: Engine, cls: ClassSymbol) -> list[Relation]:
    """The relations for which a serializer makes fields of its own, by `Meta.fields`."""
    if meta_model(engine, cls) is None or not engine.inherits(cls, "ModelSerializer"):
        return []
    own = {name for name, _ in _declared(engine, cls)}
    return [relation for relation in related_fields(engine, cls) if relation.name not in own]


def _methods(engine: Engine, cls: ClassSymbol) -> list[str]:
    names = [n for e in engine.order(cls) if isinstance(e, ClassSymbol) for n in e.methods]
    return list(dict.fromkeys(names))
