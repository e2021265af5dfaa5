"""Packages that write a table of their own whenever a row of a registered model is saved.

django-auditlog adds an entry, also where it is deleted; django-reversion adds a version, if a
revision is open.
"""

from __future__ import annotations

from dataclasses import dataclass

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.entries import Entries, Receiver
from mscli.migrate.walk.index import ModuleSymbol
from mscli.migrate.walk.nodes import Confidence, Effect, Node, OutsideCall
from mscli.migrate.walk.schema import Model
from mscli.migrate.walk.values import Made, Type, Value


@dataclass(frozen=True, slots=True)
class Recorder:
    """What it is called by, what is written, what is read for it, and when."""

    name: str
    writes: tuple[str, ...]
    reads: tuple[str, ...]
    signals: tuple[str, ...]


RECORDERS = (
    Recorder(
        "auditlog.register",
        ("auditlog_logentry",),
        ("django_content_type",),
        ("post_save", "post_delete"),
    ),
    Recorder(
        "reversion.register",
        ("reversion_revision", "reversion_version"),
        ("django_content_type",),
        ("post_save",),
    ),
)


def read(engine: Engine, entries: Entries) -> None:
    """`auditlog.register(Order)`, `@reversion.register()`: every model that is registered."""
    for call in list(engine.outside):
        name = call.name.replace("()", "")
        recorder = next((one for one in RECORDERS if name.endswith(one.name)), None)
        if recorder is not None:
            for atom in _registered(call):
                model = engine.schema.by_class.get(atom.cls) if isinstance(atom, Type) else None
                if model is not None:
                    _record(engine, entries, recorder, model, call)


def _registered(call: OutsideCall) -> Value:
    """A decorator with arguments is called with the class afterwards."""
    is_factory = not isinstance(call.callee, Made) and not call.arg(0)
    return () if is_factory else call.arg(0, "model")


def _record(
    engine: Engine, entries: Entries, recorder: Recorder, model: Model, call: OutsideCall
) -> None:
    symbol = call.owner.symbol
    module = symbol if isinstance(symbol, ModuleSymbol) else symbol.module
    node = Node(module, ("recorded", recorder.name, model.table))
    for kind, tables in (("write", recorder.writes), ("read", recorder.reads)):
        for table in tables:
            _know(engine, table, recorder)
            effect = Effect(kind, table, recorder.name, call.site, Confidence.LIKELY)
            node.effects[effect] = None
    for signal in recorder.signals:
        found = entries.receivers.setdefault((signal, model.table), [])
        if all(receiver.node.key != node.key for receiver in found):
            found.append(Receiver(node, call.site))


def _know(engine: Engine, table: str, recorder: Recorder) -> None:
    """A table of the package is one, as those of Django are."""
    known = {model.table for model in engine.schema.outside.values()}
    if table not in known:
        owner = recorder.name.partition(".")[0]
        model = Model(table, table, "django", None, owner=owner, origin="framework")
        engine.schema.outside[f"{owner}.{table}"] = model
