"""SQLAlchemy-Continuum: tables of what the rows of a class with `__versioned__` were."""

from __future__ import annotations

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.schema import Model
from mscli.migrate.walk.project.index import ClassSymbol


def read(engine: Engine) -> None:
    """Each versioned class has one, and so has a table between two of them."""
    versioned = {model for cls, model in engine.schema.by_class.items() if _is_kept(engine, cls)}
    between = {
        relation.through
        for relation in engine.schema.relations
        if relation.through is not None and {relation.source, relation.target} <= versioned
    }
    for model in list(engine.schema.by_table.values()):
        if (model in versioned and not model.proxy) or (model in between and model.cls is None):
            _keep(engine, model)


def _is_kept(engine: Engine, cls: ClassSymbol) -> bool:
    return any("__versioned__" in entry.attributes for entry in engine.lineage(cls))


def _keep(engine: Engine, model: Model) -> None:
    """A write adds a version in a transaction, and closes the one before, which it reads."""
    schema, names = engine.schema, (f"{model.table}_version", "transaction")
    for name in names:
        schema.add(Model(name, name, "sqlalchemy", model.site, None, model.owner, "history"))
    schema.history[model.table] = names
    schema.versions[model.table] = schema.by_table[names[0]]
    schema.closed[model.table] = names[0]
