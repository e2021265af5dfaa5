"""What methods say that are asked once for each class: `@declared_attr`."""

from __future__ import annotations

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.values.values import Type, Value


def declared(engine: Engine, cls: ClassSymbol, entry: ClassSymbol) -> dict[str, Value]:
    """What those of a class, or of a mix-in, give for a class, by name."""
    found: dict[str, Value] = {}
    for name, method in entry.methods.items():
        if "declared_attr" in method.decorators:
            with engine.instances.importing():
                found[name] = engine.enter(method, (Type(cls),), {}).returns
    return found
