"""Classes from outside whose objects say what hangs where: applications, and parts of them."""

from __future__ import annotations

from dataclasses import replace

from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.values.values import Atom, Member, Object, last
from mscli.migrate.words import words

FACTORIES = frozenset(
    words(
        "Flask Blueprint APIRouter FastAPI Starlette SQLAlchemy Celery DefaultRouter "
        "SimpleRouter Signal Namespace Api AdminSite APIBlueprint"
    )
)
ROUTERS = ("DefaultRouter", "SimpleRouter")


def is_factory(name: str) -> bool:
    """Whether what is called so makes one."""
    return last(name) in FACTORIES or last(name).endswith(ROUTERS)


def tell(atom: Atom, call: Call) -> None:
    """A constructor calls that of the class from outside, with what it wants to be told."""
    if isinstance(atom, Member) and isinstance(atom.of, Object) and atom.of.instance and call.given:
        atom.of.instance.told = call


def told(atom: Object, call: Call) -> Call:
    """What the constructor tells the class from outside, or else what it is called with itself."""
    known = atom.instance.told if atom.instance is not None else None
    return replace(known, site=call.site) if known is not None else call
