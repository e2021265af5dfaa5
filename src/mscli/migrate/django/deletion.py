"""What deleting a row of Django does: its collector takes along what hangs on it, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from mscli.migrate.walk.cascades import GONE, by_collector, deleting
from mscli.migrate.walk.nodes import Emitted
from mscli.migrate.walk.schema import Model, Schema
from mscli.migrate.walk.values import Site

if TYPE_CHECKING:
    from mscli.migrate.walk.frame import Frame


def delete(frame: Frame, model: Model, site: Site) -> None:
    """A row goes with what hangs on it, in one transaction; each row that goes has its signals."""
    touched = by_collector(model)
    with deleting(frame, touched, site):
        for table in _gone(frame.engine.schema, touched):
            for signal in ("pre_delete", "post_delete"):
                frame.node.emitted[Emitted(signal, table, site, frame.regions)] = None


def _gone(schema: Schema, touched: Mapping[str, str]) -> Iterator[str]:
    """The tables that rows are taken from; those of a link have no signals."""
    for table, operation in touched.items():
        model = schema.by_table.get(table)
        if operation in GONE and (model is None or model.origin != "auto"):
            yield table
