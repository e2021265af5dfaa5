"""SQLAlchemy's events: of rows (`after_insert` of a model), and of what a session flushes."""

from __future__ import annotations

import ast

from mscli.migrate.trees import every
from mscli.migrate.walk.calls.arguments import bound
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.entries import Entries, Receiver
from mscli.migrate.walk.graph.nodes import Call, Confidence, Edge, Node
from mscli.migrate.walk.graph.schema import Model
from mscli.migrate.walk.values.values import (
    Function,
    Items,
    Made,
    Member,
    Row,
    Site,
    Type,
    Value,
    text,
)

OF_ROWS = ("before_insert", "before_update", "before_delete")
OF_SESSIONS = frozenset(
    ["before_flush", "after_flush", "after_flush_postexec", "before_commit", "after_commit"]
)
OF_ATTRIBUTES = frozenset(["set", "append", "remove", "modified"])
CHANGED = frozenset(["new", "dirty", "deleted"])


def listen(
    engine: Engine, entries: Entries, target: Value, event: Value, listener: Value, site: Site
) -> None:
    """`@event.listens_for(Order, "after_insert")`, `event.listen(Session, "before_flush", f)`."""
    listeners = [atom for atom in listener if isinstance(atom, Function)]
    name = text(event) or ""
    if name in OF_SESSIONS:
        for atom in listeners:
            _of_session(engine, entries, atom, site)
        return
    if name in OF_ATTRIBUTES:
        for part in target:
            if isinstance(part, Member) and isinstance(part.of, Type):
                name, target = f"set@{part.name}", (part.of,)
    models = [engine.schema.by_class.get(atom.cls) for atom in target if isinstance(atom, Type)]
    for model in models:
        for atom in listeners if model is not None else ():
            names = [arg.arg for arg in atom.fn.node.args.args]
            of_attribute = name.startswith("set@")
            row = names[0 if of_attribute else -1] if names else ""
            env: dict[str, Value] = {row: (Row(model),)} if row and model else {}
            if len(names) > 2 and not of_attribute:  # noqa: PLR2004
                env[names[1]] = (Made("sqlalchemy.Connection", site, ()),)
            node = engine.enter(atom.fn, (), env)
            key = (name, model.table if model else "")
            entries.receivers.setdefault(key, []).append(Receiver(node, site))


def _of_session(engine: Engine, entries: Entries, listener: Function, site: Site) -> None:
    """What runs at a flush runs whenever a row is written; it is told by table, if it asks."""
    models: list[Model | None] = [None]
    if _asks_what_changed(listener):
        known = dict.fromkeys(engine.schema.by_class.values())
        models = [model for model in known if model.framework == "sqlalchemy"]
    for model in models:
        label = (model.table,) if model else ()
        session = Made("sqlalchemy.orm.Session", site, ("flushed", *label))
        for name in CHANGED if model else ():
            engine.on_made[session, name] = (Items(((Row(model, listener.fn),),)),) if model else ()
        env = bound(listener, Call(((session,),), (), site))
        node = Node(listener.fn.module, ("flushed", listener.fn.id, *label))
        runs = engine.enter(listener.fn, listener.receiver, env)
        node.edges[Edge(runs, site, (), Confidence.LIKELY)] = None
        for event in OF_ROWS:
            key = (event, model.table if model else "")
            entries.receivers.setdefault(key, []).append(Receiver(node, site))


def _asks_what_changed(listener: Function) -> bool:
    parts = every(listener.fn.node)
    return any(isinstance(part, ast.Attribute) and part.attr in CHANGED for part in parts)
