"""Code that is named by strings: models by label, classes by module and name."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from mscli.migrate.django.installed import is_app
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.values.values import Items, Outside, Type, Value, join, texts

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

LOADERS = frozenset(
    [
        "get_class",
        "get_classes",
        "get_model",
        "load_model",
        "import_string",
        "import_module",
        "load_class",
        "load_object",
    ]
)


def load(frame: Frame, tail: str, call: Call) -> Value:
    """What a loader such as `get_model` gives."""
    engine, names = frame.engine, texts(call.arg(0))
    second = texts(call.arg(1))
    if tail in ("import_module", "import_string"):
        found = join(*(engine.dotted_name(name, frame.module) for name in names))
        if not found:
            frame.lost("dynamic", f"{tail}({', '.join(names) or '?'})", call.site)
        return found
    if not names:
        frame.lost("dynamic", f"{tail}() with a name that is not known", call.site)
        return ()
    if not second:
        names, second = (names[0].rpartition(".")[0],), (names[0].rpartition(".")[2],)
    values = [named_class(engine, names[0], name) for name in second]
    if not all(values):
        frame.lost("dynamic", f"{tail}({names[0]}, {', '.join(second)})", call.site)
    return (Items(tuple(values)),) if tail == "get_classes" else values[0]


def models_of(engine: Engine, app: ClassSymbol, names: Collection[str] | None) -> Value:
    """The models of an application: those of the names, or the list of all."""
    own = [m for m in engine.schema.by_class.values() if is_app(engine, app, m.owner)]
    if names is None:
        return (Items(tuple((Type(m.cls),) for m in own if m.cls is not None)),)
    wanted = {name.lower() for name in names}
    return tuple(Type(m.cls) for m in own if m.cls is not None and m.name.lower() in wanted)


def named_class(engine: Engine, where: str, name: str) -> Value:
    """A model by its application's label, a class by the end of its module's name."""
    for model in engine.schema.by_class.values():
        if model.cls is not None and (model.owner, model.name.lower()) == (where, name.lower()):
            return (Type(model.cls),)
    for module in engine.project.ending(where):
        found = engine.lookup(module, name)
        if found:
            return found
    for known in engine.schema.outside.values():
        if known.name.lower() == name.lower() and where in known.owner.split("."):
            return (Outside(known.owner),)
    parts = where.split(".")
    candidates = [
        cls
        for cls in engine.project.classes
        if cls.name.lower() == name.lower() and parts[0] in cls.module.name.split(".")
    ]
    best = [cls for cls in candidates if cls in engine.schema.by_class] or candidates
    return (Type(best[0]),) if best else ()
