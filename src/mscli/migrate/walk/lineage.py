"""What of a model's ancestors is in its own table."""

from __future__ import annotations

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.project.index import ClassSymbol


def own_classes(engine: Engine, cls: ClassSymbol) -> list[ClassSymbol]:
    """The class and what it inherits from, but for its parents that are tables, and their own.

    What a mix-in or an abstract base gives to the parent is in the parent's table alone.
    """
    lineage = engine.lineage(cls)
    parents = [entry for entry in lineage[1:] if entry in engine.schema.by_class]
    above = {entry for parent in parents for entry in engine.lineage(parent)}
    return [entry for entry in lineage if entry is cls or entry not in above]
