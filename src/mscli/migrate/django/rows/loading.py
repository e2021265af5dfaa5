"""What runs with every row that is loaded: a model's own `__init__` and `from_db`.

Django makes an object of each row by its class (`Model.from_db`), and says so with `post_init`:
both are heard like that signal.
"""

from __future__ import annotations

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.closure import LOADED, Closure
from mscli.migrate.walk.graph.entries import Entries, Receiver
from mscli.migrate.walk.values.values import Row, Site, Type


def read(engine: Engine, entries: Entries) -> None:
    """The methods of models that loading a row calls."""
    for model in list(engine.schema.by_class.values()):
        if model.framework != "django" or model.cls is None:
            continue
        for name, receiver in (("__init__", Row(model, kept=True)), ("from_db", Type(model.cls))):
            method = engine.method(model.cls, name)
            if method is not None:
                node = engine.enter(method, (receiver,), {})
                site = Site(method.module.file, method.node.lineno)
                entries.receivers.setdefault((LOADED, model.table), []).append(Receiver(node, site))


def forget_idle(entries: Entries) -> None:
    """Leave out receivers that touch no table: every read of a row would be followed there."""
    closure = Closure(entries)
    for key in [key for key in entries.receivers if key[0] == LOADED]:
        acting = [
            heard
            for heard in entries.receivers[key]
            if any(node.effects or node.statements for node in closure.reached([heard.node]))
        ]
        if acting:
            entries.receivers[key] = acting
        else:
            del entries.receivers[key]
