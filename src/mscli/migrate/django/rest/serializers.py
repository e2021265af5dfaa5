"""REST framework's serializers: what checking, saving and showing rows does to tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mscli.migrate.django.forms import validating
from mscli.migrate.django.forms.choices import related_fields
from mscli.migrate.django.forms.forms import row_of, save, shown_model
from mscli.migrate.django.meta import meta, meta_model
from mscli.migrate.templates.following import called
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import Call, Confidence
from mscli.migrate.walk.graph.schema import Model, Relation
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.values.values import (
    Atom,
    Made,
    Object,
    Row,
    Rows,
    Site,
    Value,
    last,
    text,
    texts,
)
from mscli.migrate.words import words

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

RELATED = frozenset(
    words("PrimaryKeyRelatedField SlugRelatedField StringRelatedField HyperlinkedRelatedField")
)
CHECKING = ("run_validation", "to_internal_value")
SHOWING = "to_representation"
BY_KEY = "PrimaryKeyRelatedField"


def serializer(frame: Frame, atom: Object, name: str, call: Call) -> Value | None:
    """A method that a serializer inherits."""
    engine, cls = frame.engine, atom.cls
    model = meta_model(engine, cls)
    row: Value = (Row(model, kept=True),) if model else ()
    if name == "save":
        _saved(frame, atom, row, call)
        return row
    if name in ("create", "update") and model is not None:
        save(frame, Row(model, kept=name == "update"), call)
        for relation in _kept(engine, cls, model):
            _set(frame, relation, model, call.site)
        return row
    if name == "is_valid":
        _looked_up(frame, cls, call.site, {cls})
        validating.check(frame, atom, call.site)
        for symbol in _methods(engine, cls):
            if symbol.startswith("validate") or symbol in CHECKING:
                value = frame.attribute((Object(cls),), symbol, call.site)
                frame.apply(value, Call((), (), call.site))
        return ()
    return None


def _set(frame: Frame, relation: Relation, model: Model, site: Site) -> None:
    """The rows of a relation are set: the table between, or the keys in the other table."""
    if relation.through is not None:
        frame.write(relation.through.table, "set", site, Confidence.LIKELY)
    elif relation.source is not model and relation.kind == "foreign-key":
        frame.write(relation.source.table, "set", site, Confidence.LIKELY)


def _saved(frame: Frame, atom: Object, row: Value, call: Call) -> None:
    """With a row it is changed, without one it is made; where nobody knows, it may be either."""
    about = row_of(frame.engine, atom)
    kept = about.kept if about is not None else None
    frame.doubts += kept is None
    if kept is not True:
        made = frame.attribute((atom,), "create", call.site)
        frame.apply(made, Call((), call.kwargs, call.site))
    if kept is not False:
        changed = frame.attribute((atom,), "update", call.site)
        frame.apply(changed, Call((row,), call.kwargs, call.site))
    frame.doubts -= kept is None


def _looked_up(frame: Frame, cls: ClassSymbol, site: Site, seen: set[ClassSymbol]) -> None:
    """Rows that are named by their keys are looked up, so that they are there."""
    for _, atom in frame.engine.declarations(cls):
        nested = atom.cls if isinstance(atom, Object) else None
        if nested is not None and nested not in seen and not _is_read_only(atom):
            seen.add(nested)
            _looked_up(frame, nested, site, seen)
        for among in atom.arg(-1, "queryset") if isinstance(atom, Made) else ():
            if isinstance(among, Rows):
                frame.read(among.model.table, "check", site, Confidence.LIKELY)
    read_only = set(texts(meta(frame.engine, cls, "read_only_fields")))
    for relation in _undeclared(frame.engine, cls):
        if relation.target is not None and relation.name not in read_only:
            frame.read(relation.target.table, "check", site, Confidence.LIKELY)


def serialized(frame: Frame, serializer: Object, site: Site) -> None:
    """What turning rows into JSON reads: the model, and what `shown` says."""
    if (model := meta_model(frame.engine, serializer.cls)) is not None:
        frame.read(model.table, "serialize", site, Confidence.LIKELY)
    shown(frame, serializer.cls, site, {serializer.cls}, shown_model(frame.engine, serializer))


def shown(
    frame: Frame,
    cls: ClassSymbol,
    site: Site,
    seen: set[ClassSymbol],
    given: Model | None = None,
) -> None:
    """What a row that is there already takes along: nested serializers, `get_...` methods.

    `given` is the model of the rows, where the serializer is not made of one.
    """
    engine, model = frame.engine, meta_model(frame.engine, cls) or given
    for name, atom in engine.declarations(cls):
        nested = atom.cls if isinstance(atom, Object) else None
        if nested is not None and nested not in seen and engine.inherits(nested, "Serializer"):
            seen.add(nested)
            if (inner := meta_model(engine, nested)) is not None:
                frame.read(inner.table, "serialize", site, Confidence.LIKELY)
            shown(frame, nested, site, seen)
        _source(frame, model, name, atom, site)
        _own_field(frame, atom, site)
        _named_rows(frame, model, name, atom, site)
    for relation in _undeclared(engine, cls):
        if relation.through is not None and relation.target is not None:
            frame.read(relation.through.table, "serialize", site, Confidence.LIKELY)
            frame.read(relation.target.table, "serialize", site, Confidence.LIKELY)
    row: Value = (Row(model, kept=True),) if model else ()
    keys = model.all_relations() if model else {}
    for name in texts(meta(engine, cls, "fields")) if row else ():
        if name not in keys and not engine.class_attribute(cls, name):
            called(frame, frame.attribute(row, name, site), site)  # a property, or a method
    for name in _methods(engine, cls):
        is_of_field = name.startswith("get_") and name not in ("get_fields", "get_queryset")
        if is_of_field or name == SHOWING:
            value = frame.attribute((Object(cls),), name, site)
            frame.apply(value, Call((row,), (), site))


def _own_field(frame: Frame, atom: Atom, site: Site) -> None:
    """A field of a class of the project's own says itself how it is shown."""
    cls = atom.cls if isinstance(atom, Object) else None
    if cls is None or frame.engine.inherits(cls, "Serializer"):
        return
    if frame.engine.method(cls, SHOWING) is not None:
        frame.apply(frame.attribute((atom,), SHOWING, site), Call(((),), (), site))


def _named_rows(frame: Frame, model: Model | None, name: str, atom: Atom, site: Site) -> None:
    """What a field reads that shows rows of a relation by something of theirs, or by their keys."""
    kind = last(atom.name) if isinstance(atom, Made) else ""
    relations, back = (model.all_relations(), model.all_reverses()) if model else ({}, {})
    relation = relations.get(name) or back.get(name)
    if kind not in RELATED or relation is None or relation.target is None:
        return
    if relation.through is not None:
        frame.read(relation.through.table, "serialize", site, Confidence.LIKELY)
    if name not in relations:
        frame.read(relation.source.table, "serialize", site, Confidence.LIKELY)
    elif relation.through is not None or kind != BY_KEY:
        frame.read(relation.target.table, "serialize", site, Confidence.LIKELY)


def _kept(engine: Engine, cls: ClassSymbol, model: Model) -> Iterator[Relation]:
    """The relations that a serializer sets: those of fields that may be written."""
    read_only = set(texts(meta(engine, cls, "read_only_fields")))
    for relation in _undeclared(engine, cls):
        if relation.name not in read_only:
            yield relation
    relations = {**model.all_reverses(), **model.all_relations()}
    for name, atom in engine.declarations(cls):
        kind = last(atom.name) if isinstance(atom, Made) else ""
        source = (text(atom.arg(-1, "source")) or name) if isinstance(atom, Made) else name
        if kind in RELATED and source in relations and not _is_read_only(atom):
            yield relations[source]


def _is_read_only(atom: Atom) -> bool:
    """Whether a field says so, or cannot be written at all."""
    if isinstance(atom, Made):
        is_shown = last(atom.name) == "StringRelatedField"
        return is_shown or any(name == "read_only" for name, _ in atom.kwargs)
    given = atom.instance.attributes if isinstance(atom, Object) and atom.instance else {}
    return "read_only" in given


def _source(frame: Frame, model: Model | None, name: str, atom: Atom, site: Site) -> None:
    path = text(atom.arg(-1, "source")) if isinstance(atom, Made) else None
    value: Value = (Row(model),) if model else ()
    for part in (path or name).split(".") if value and isinstance(atom, Made | Object) else ():
        value = called(frame, frame.attribute(value, part, site), site)


def _undeclared(engine: Engine, cls: ClassSymbol) -> list[Relation]:
    """The relations for which a serializer makes fields of its own, by `Meta.fields`."""
    if meta_model(engine, cls) is None or not engine.inherits(cls, "ModelSerializer"):
        return []
    own = {name for name, _ in engine.declarations(cls)}
    return [relation for relation in related_fields(engine, cls) if relation.name not in own]


def _methods(engine: Engine, cls: ClassSymbol) -> list[str]:
    return list(dict.fromkeys(name for entry in engine.lineage(cls) for name in entry.methods))
