"""Packages that write a table of their own whenever a row of a registered model is saved.

django-auditlog adds an entry, also where it is deleted; django-reversion adds a version, if a
revision is open. django-modelsearch keeps an entry of its index for each row of a class that is
indexed, in a table of its own or in one that the project makes of its abstract one.
"""

from __future__ import annotations

from dataclasses import dataclass

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.cascades import by_collector
from mscli.migrate.walk.graph.entries import Entries, Receiver
from mscli.migrate.walk.graph.nodes import Confidence, Effect, Node, OutsideCall
from mscli.migrate.walk.graph.schema import Model
from mscli.migrate.walk.project.index import ModuleSymbol
from mscli.migrate.walk.values.values import Made, Site, Type, Value


@dataclass(frozen=True, slots=True)
class Recorder:
    """What it is called by, what is written, what is read for it, and when."""

    name: str
    writes: tuple[str, ...]
    reads: tuple[str, ...]
    signals: tuple[str, ...]


CONTENT_TYPES = ("django_content_type",)
RECORDERS = (
    Recorder(
        "auditlog.register",
        ("auditlog_logentry",),
        CONTENT_TYPES,
        ("post_save", "post_delete"),
    ),
    Recorder(
        "reversion.register",
        ("reversion_revision", "reversion_version"),
        CONTENT_TYPES,
        ("post_save",),
    ),
)
INDEXED, ENTRY = "index.Indexed", "AbstractIndexEntry"
ENTRIES = {"wagtail": "wagtailsearch_indexentry", "modelsearch": "modelsearch_indexentry"}


def read(engine: Engine, entries: Entries) -> None:
    """What is registered (`auditlog.register(Order)`, `@reversion.register()`), or inherits it."""
    _registered_models(engine, entries)
    _indexed_models(engine, entries)


def _indexed_models(engine: Engine, entries: Entries) -> None:
    """`class Page(index.Indexed, models.Model)`: what hangs on an entry goes with it."""
    models = [model for model in engine.schema.by_class.values() if not model.proxy]
    own = [m for m in models if m.cls is not None and engine.inherits(m.cls, ENTRY)]
    gone = tuple(sorted({table for model in own for table in by_collector(model)}))
    for model in models:
        if model.cls is None or model.site is None:
            continue
        names = engine.outsiders(model.cls)
        for package in (name.partition(".")[0] for name in names if name.endswith(INDEXED)):
            of_package = (ENTRIES.get(package, ENTRIES["modelsearch"]),)
            entry = tuple(sorted(one.table for one in own)) or of_package
            for signal, writes in (("post_save", entry), ("post_delete", gone or of_package)):
                name = f"{package}.Indexed.{signal}"
                recorder = Recorder(name, writes, CONTENT_TYPES, (signal,))
                _record(engine, entries, recorder, model, model.site, model.cls.module)


def _registered_models(engine: Engine, entries: Entries) -> None:
    for call in list(engine.outside):
        name = call.name.replace("()", "")
        recorder = next((one for one in RECORDERS if name.endswith(one.name)), None)
        if recorder is not None:
            for atom in _registered(call):
                model = engine.schema.by_class.get(atom.cls) if isinstance(atom, Type) else None
                if model is not None:
                    _record(engine, entries, recorder, model, call.site, call.owner.module)


def _registered(call: OutsideCall) -> Value:
    """A decorator with arguments is called with the class afterwards."""
    is_factory = not isinstance(call.callee, Made) and not call.arg(0)
    return () if is_factory else call.arg(0, "model")


def _record(
    engine: Engine,
    entries: Entries,
    recorder: Recorder,
    model: Model,
    site: Site,
    module: ModuleSymbol,
) -> None:
    node = Node(module, ("recorded", recorder.name, model.table))
    for kind, tables in (("write", recorder.writes), ("read", recorder.reads)):
        for table in tables:
            _know(engine, table, recorder)
            effect = Effect(kind, table, recorder.name, site, Confidence.LIKELY)
            node.effects[effect] = None
    for signal in recorder.signals:
        found = entries.receivers.setdefault((signal, model.table), [])
        if all(receiver.node.key != node.key for receiver in found):
            found.append(Receiver(node, site))


def _know(engine: Engine, table: str, recorder: Recorder) -> None:
    """A table of the package is one, as those of Django are."""
    known = {model.table for model in engine.schema.outside.values()}
    if table not in known and table not in engine.schema.by_table:
        owner = recorder.name.partition(".")[0]
        model = Model(table, table, "django", None, owner=owner, origin="framework")
        engine.schema.outside[f"{owner}.{table}"] = model
