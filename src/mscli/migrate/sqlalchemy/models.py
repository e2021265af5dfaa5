"""SQLAlchemy's models: declarative classes of every style, and plain `Table(...)` objects."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mscli.migrate.sqlalchemy import appbuilder_tables, imperative, versions
from mscli.migrate.sqlalchemy.relations import ForeignKeys, Relationships
from mscli.migrate.sqlalchemy.tables import Tables
from mscli.migrate.trees import every
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.schema import Model
from mscli.migrate.walk.objects import kept
from mscli.migrate.walk.project.index import last_name
from mscli.migrate.walk.values.values import Row

LISTENING = frozenset(["listen", "listens_for"])
LOADERS = frozenset(["user_loader", "user_lookup_loader", "user_loader_callback_loader"])
"""By which Flask-Login and Flask-JWT-Extended are told who is logged in."""


def read(engine: Engine) -> None:
    """Tables first, then foreign keys, then relationships by what they name."""
    tables = Tables(engine)
    tables.read()
    mapped = imperative.read(engine, tables)
    if tables.by_name:
        engine.forget()  # what `User.id` is, where `User` is mapped
    keys = ForeignKeys(engine, tables.by_name)
    for model, part in tables.plain_parts():
        keys.of_table(model, part)
    models = {
        cls: model
        for cls, model in engine.schema.by_class.items()
        if model.framework == "sqlalchemy" and model.cls is not None
    }
    for cls, model in models.items():
        keys.read(model, cls, tables.own_columns(cls))
    Relationships(engine, tables.by_name).read(models, mapped)
    versions.read(engine)
    engine.schema.logged_in = user = _logged_in(engine)
    if user is not None and appbuilder_tables.is_used(engine):
        kept.put(engine, "flask.g.user", (Row(user, kept=True),))
    engine.schema.heard = frozenset(_heard(engine))


def _heard(engine: Engine) -> Iterator[str]:
    """The attributes of `event.listens_for(Order.status, "set")`."""
    for module in engine.project.modules:
        if any(name.partition(".")[0] == "sqlalchemy" for name, _ in module.import_lines):
            for part in every(module.tree):
                match part:
                    case ast.Call(args=[ast.Attribute(attr=name), ast.Constant(), *_]):
                        if last_name(part.func) in LISTENING:
                            yield name


def _logged_in(engine: Engine) -> Model | None:
    for cls, model in engine.schema.by_class.items():
        if model.framework == "sqlalchemy" and engine.inherits(cls, "UserMixin"):
            return model
    brought = {model.table: model for model in engine.schema.outside.values()}
    return _loaded(engine) or brought.get(appbuilder_tables.USER)


def _loaded(engine: Engine) -> Model | None:
    """What the function gives that an extension asks who is logged in."""
    loaders = (
        fn
        for module in engine.project.modules
        for fn in module.functions.values()
        if not fn.decorators.isdisjoint(LOADERS)
    )
    names = {part.id for fn in loaders for part in ast.walk(fn.node) if isinstance(part, ast.Name)}
    known = [model for model in engine.schema.by_class.values() if model.name in names]
    return known[0] if len(known) == 1 else None
