"""What is looked up before a row is taken from outside: whether it is the only one of its kind,
and what validators of the project's own ask.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.django.meta import meta, meta_model
from mscli.migrate.django.tables.fields import fields_of
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import Call, Confidence
from mscli.migrate.walk.graph.schema import Model
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.values.flat import flat
from mscli.migrate.walk.values.values import Function, Made, Object, Site, last, texts

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

UNIQUE, ONE, VALIDATORS = "unique", "OneToOneField", "validators"
TOGETHER, CONSTRAINT = ("unique_together", "constraints"), "UniqueConstraint"


def check(frame: Frame, checked: Object, site: Site) -> None:
    """A form or serializer of rows is asked whether it is valid."""
    engine = frame.engine
    model = meta_model(engine, checked.cls)
    if model is not None and is_unique(engine, model, checked.cls):
        frame.read(model.table, "unique", site, Confidence.LIKELY)
    for atom in flat(meta(engine, checked.cls, VALIDATORS)):
        if isinstance(atom, Function | Object):
            frame.apply((atom,), Call(((), (checked,)), (), site))
    for _, field in engine.declarations(checked.cls):
        for atom in flat(field.arg(-1, VALIDATORS)) if isinstance(field, Made) else ():
            if isinstance(atom, Function | Object):
                frame.apply((atom,), Call(((),), (), site))


def is_unique(engine: Engine, model: Model, of: ClassSymbol | None = None) -> bool:
    """Whether rows of a model have something that no other has, among these fields."""
    if model.cls is None or model.framework != "django":
        return False
    named = set(texts(meta(engine, of, "fields"))) - {"__all__"} if of is not None else set()
    without = set(texts(meta(engine, of, "exclude"))) if of is not None else set()
    for name, (_, field) in fields_of(engine, model.cls).items():
        is_one = last(field.name) == ONE or any(key == UNIQUE for key, _ in field.kwargs)
        if is_one and name not in without and (not named or name in named):
            return True
    together, constraints = (meta(engine, model.cls, name) for name in TOGETHER)
    return bool(texts(together) or flat(together)) or any(
        isinstance(atom, Made) and last(atom.name) == CONSTRAINT for atom in flat(constraints)
    )
