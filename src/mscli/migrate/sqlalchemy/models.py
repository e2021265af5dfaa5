"""SQLAlchemy's models: declarative classes of every style, and plain `Table(...)` objects."""

from __future__ import annotations

from mscli.migrate.sqlalchemy import versions
from mscli.migrate.sqlalchemy.relations import ForeignKeys, Relationships
from mscli.migrate.sqlalchemy.tables import Tables
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.schema import Model
from mscli.migrate.walk.values import text


def read(engine: Engine) -> None:
    """Tables first, then foreign keys, then relationships by what they name."""
    tables = Tables(engine)
    tables.read()
    keys = ForeignKeys(engine, tables.by_name)
    for model, column in tables.plain_columns:
        keys.of_column(model, text(column.arg(0)) or "", column)
    models = {
        cls: model
        for cls, model in engine.schema.by_class.items()
        if model.framework == "sqlalchemy" and model.cls is not None
    }
    for cls, model in models.items():
        keys.read(model, cls, tables.own_columns(cls))
    Relationships(engine, tables.by_name).read(models)
    versions.read(engine)
    engine.schema.logged_in = _logged_in(engine)


def _logged_in(engine: Engine) -> Model | None:
    for cls, model in engine.schema.by_class.items():
        if model.framework == "sqlalchemy" and engine.inherits(cls, "UserMixin"):
            return model
    return None
