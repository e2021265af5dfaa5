"""Flask-Security: whoever is logged in is loaded with his roles, before each request."""

from __future__ import annotations

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.entries import Ambient, Entries
from mscli.migrate.walk.graph.nodes import Confidence, Node, OutsideCall
from mscli.migrate.walk.graph.schema import Model
from mscli.migrate.walk.statements.frame import Frame
from mscli.migrate.walk.values.values import Row, Type

STORES = ("SQLAlchemyUserDatastore", "SQLAlchemySessionUserDatastore")
ROLES, HANDLER = "roles", "flask_security.Security.init_app"
"""Flask-Principal is told what somebody may, by his roles."""


def read(engine: Engine, entries: Entries) -> None:
    """What the extension does beside all handlers, where a store of users is made for it."""
    for call in (call for name in STORES for call in engine.outside.named(name)):
        for atom in call.arg(1, "user_model"):
            user = engine.schema.by_class.get(atom.cls) if isinstance(atom, Type) else None
            if user is not None:
                _load(engine, entries, call, user)


def _load(engine: Engine, entries: Entries, call: OutsideCall, user: Model) -> None:
    module = call.owner.module
    node = Node(module, ("ambient", HANDLER))
    frame = Frame(engine, module, node, {})
    frame.read(user.table, "current_user", call.site, Confidence.LIKELY)
    frame.attribute((Row(user, kept=True),), ROLES, call.site)
    entries.ambient.append(Ambient("user loader", HANDLER, call.site, node, "request"))
