"""Forms and serializers: the models that they are made of, and what saving one does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.index import ClassSymbol
from mscli.migrate.walk.nodes import Call
from mscli.migrate.walk.schema import Model
from mscli.migrate.walk.values import Outside, Row, Type

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
