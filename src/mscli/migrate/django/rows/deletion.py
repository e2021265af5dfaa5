"""What deleting a row of Django does: its collector takes along what hangs on it, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.cascades import GONE, by_collector, deleting
from mscli.migrate.walk.graph.entries import Entries
from mscli.migrate.walk.graph.nodes import Confidence, Emitted
from mscli.migrate.walk.graph.schema import Model, Schema
from mscli.migrate.walk.values.values import Site

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

SIGNALS = ("pre_delete", "post_delete")


def delete(frame: Frame, model: Model, site: Site) -> None:
    """A row goes with what hangs on it, in one transaction; each row that goes has its signals."""
    touched = by_collector(model)
    with deleting(frame, touched, site):
        for table in _gone(frame.engine.schema, touched):
            for signal in SIGNALS:
                frame.node.emitted[Emitted(signal, table, site, frame.regions)] = None


def look_up(engine: Engine, entries: Entries) -> None:
    """Rows that somebody hears are going are looked up first (`Collector.can_fast_delete`)."""
    told = {sender for signal, sender in entries.receivers if signal in SIGNALS}
    for node in engine.nodes.values() if told else ():
        for effect in list(node.effects):
            if effect.operation == "cascade" and not told.isdisjoint((effect.table, "")):
                model = engine.schema.by_table.get(effect.table)
                if model is None or model.framework == "django":
                    found = replace(effect, kind="read", confidence=Confidence.LIKELY)
                    node.effects[found] = None


def _gone(schema: Schema, touched: Mapping[str, str]) -> Iterator[str]:
    """The tables that rows are taken from; those of a link have no signals."""
    for table, operation in touched.items():
        model = schema.by_table.get(table)
        if operation in GONE and (model is None or model.origin != "auto"):
            yield table
