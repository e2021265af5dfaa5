"""Tables that only a package outside the scanned folder writes: that much is told, not what."""

from __future__ import annotations

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.cascades import TAKEN_ALONG
from mscli.migrate.walk.graph.nodes import Unresolved
from mscli.migrate.walk.project.index import ClassSymbol

OWN = ("django.", "sqlalchemy.", "flask_sqlalchemy.", "sqlmodel.", "builtins.", "typing.", "abc.")
"""Where models come from that nobody writes behind the application's back."""


def note(engine: Engine) -> None:
    """A search index, a log, a queue: its model is made from a package's, and that writes it."""
    written = {
        effect.table
        for node in engine.nodes.values()
        for effect in node.effects
        if effect.kind == "write" and effect.operation not in TAKEN_ALONG
    }
    for model in engine.schema.by_table.values():
        base = _base(engine, model.cls) if model.cls and model.table not in written else ""
        if base and model.site:
            what = f"{model.table}: nothing here writes it; what writes it is with {base}"
            engine.unresolved[Unresolved("package", what, model.site)] = None


def _base(engine: Engine, cls: ClassSymbol) -> str:
    """The class of a package that a model is made from."""
    outside = engine.outsiders(cls)
    return next((name for name in outside if "." in name and not name.startswith(OWN)), "")
