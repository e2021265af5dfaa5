"""What a form offers to choose from: it is read when the form is shown and when it is checked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mscli.migrate.django.meta import meta, meta_model
from mscli.migrate.walk.calls import protocols
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import Call, Confidence
from mscli.migrate.walk.graph.schema import Model, Relation
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.values.values import (
    Made,
    Object,
    Pairs,
    Row,
    Rows,
    Site,
    Value,
    last,
    texts,
)

if TYPE_CHECKING:
    from mscli.migrate.django.rows.rows import DjangoRows
    from mscli.migrate.walk.statements.frame import Frame

LINKING = "_save_m2m"
CHOICES = ("ModelChoiceField", "ModelMultipleChoiceField")


def construct(frame: Frame, rows: DjangoRows, cls: ClassSymbol, call: Call) -> None:
    """Somebody makes a form."""
    if frame.engine.inherits(cls, "Form", "ModelForm"):
        offered(frame, rows, cls, call.site)


def offered(frame: Frame, rows: DjangoRows, cls: ClassSymbol, site: Site) -> None:
    """Read what the fields of a form offer, declared ones and those made from a model."""
    for _, atom in frame.engine.declarations(cls):
        if isinstance(atom, Made) and last(atom.name) in CHOICES:
            _read_all(frame, rows, atom.arg(0, "queryset"), site)
    for relation in related_fields(frame.engine, cls):
        read_choice(frame, relation, site)


def cleaned(engine: Engine, cls: ClassSymbol) -> Value:
    """What a form's `cleaned_data` has of rows: those that were chosen."""
    found: dict[str, Value] = {}
    for relation in related_fields(engine, cls):
        if relation.target is not None:
            row: Value = (Row(relation.target),)
            found[relation.name] = (Rows(relation.target),) if relation.collection else row
    for entry in reversed(engine.lineage(cls)):
        for name in entry.attributes:
            for atom in engine.own_attribute(entry, name):
                if isinstance(atom, Made) and last(atom.name) in CHOICES:
                    rows = [a for a in atom.arg(0, "queryset") if isinstance(a, Rows)]
                    many = last(atom.name) == CHOICES[1]
                    found[name] = tuple(a if many else Row(a.model) for a in rows)
    return (Pairs(tuple(found.items())),) if found else ()


def _read_all(frame: Frame, rows: DjangoRows, value: Value, site: Site) -> None:
    for atom in value:
        if isinstance(atom, Rows):
            rows.query(frame, atom, "all", Call((), (), site))


def read_choice(frame: Frame, relation: Relation, site: Site) -> None:
    """One field of a relation offers the rows of its target."""
    if relation.target is not None:
        frame.read(relation.target.table, "choices", site, Confidence.LIKELY)
        protocols.called(frame, (Row(relation.target, kept=True),), "__str__", site)
    if relation.through is not None:
        frame.read(relation.through.table, "choices", site, Confidence.LIKELY)


def related_fields(engine: Engine, cls: ClassSymbol) -> list[Relation]:
    """The relations among the fields of a form that is made from a model."""
    model = meta_model(engine, cls)
    fields, left_out = meta(engine, cls, "fields"), meta(engine, cls, "exclude")
    return wanted(model, texts(fields), texts(left_out)) if model is not None else []


def wanted(model: Model, fields: Iterable[str], left_out: Iterable[str]) -> list[Relation]:
    """Relations of a model that are among the fields; all of them where no field is named."""
    named, without = set(fields) - {"__all__"}, set(left_out)
    return [
        relation
        for name, relation in model.all_relations().items()
        if relation.kind in ("foreign-key", "one-to-one", "many-to-many")
        and (not named or name in named)
        and name not in without
    ]


def linked(frame: Frame, form: Object, call: Call) -> None:
    """Saving a form writes the tables between, too; by a method of its own, where it has one."""
    hook = frame.engine.method(form.cls, LINKING)
    if hook is not None and frame.fn is not hook:
        frame.apply(frame.attribute((form,), LINKING, call.site), Call((), (), call.site))
        return
    for relation in related_fields(frame.engine, form.cls):
        if relation.through is not None:
            frame.write(relation.through.table, "save_m2m", call.site)
