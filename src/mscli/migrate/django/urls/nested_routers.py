"""Routers that others are a part of: below a row (drf-nested-routers), or by their registry."""

from __future__ import annotations

from collections.abc import Iterator

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import OutsideCall
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.values.values import Made, Member, Type, last, text

NESTED, VALUE, DEEPEST = "Nested", "[^/.]+", 12


def registered_with(engine: Engine, router: Made) -> list[OutsideCall]:
    """What is registered with a router itself, in order."""
    return [
        call
        for call in engine.outside.named("register")
        if isinstance(call.callee, Member) and call.callee.of == router
    ]


def with_registries(engine: Engine, router: Made, depth: int = 0) -> Iterator[Made]:
    """A router, and those whose entries it has too: `router.registry.extend(other.registry)`."""
    yield router
    for call in engine.outside.named("extend") if depth < DEEPEST else ():
        taking = call.callee.of if isinstance(call.callee, Member) else None
        registry = taking.of if isinstance(taking, Made) else None
        if registry != Member(router, "registry"):
            continue
        for atom in call.arg(0):
            if isinstance(atom, Member) and atom.name == "registry" and isinstance(atom.of, Made):
                yield from with_registries(engine, atom.of, depth + 1)


def above(engine: Engine, router: Made, depth: int = 0) -> str:
    """The rule of the row that a nested router is below, with what that one is below."""
    if not last(router.name).startswith(NESTED) or depth > DEEPEST:
        return ""
    parents = [atom for atom in router.arg(0, "parent_router") if isinstance(atom, Made)]
    prefix = text(router.arg(1, "parent_prefix"))
    if not parents or prefix is None:
        return "[^/]+/" * 2  # it is below something
    lookup = text(dict(router.kwargs).get("lookup", ())) or f"nested_{depth + 1}"
    key, value = "pk", VALUE
    for call in registered_with(engine, parents[0]):
        if text(call.arg(0, "prefix")) == prefix:
            key, value = _looked_up(engine, call)
    outer = above(engine, parents[0], depth + 1)
    return f"{outer}{prefix}/(?P<{lookup}_{key}>{value})/"


def _looked_up(engine: Engine, call: OutsideCall) -> tuple[str, str]:
    classes = (atom.cls for atom in call.arg(1, "viewset") if isinstance(atom, Type))
    return next((key_of(engine, cls) for cls in classes), ("pk", VALUE))


def key_of(engine: Engine, cls: ClassSymbol) -> tuple[str, str]:
    """By which keyword a viewset looks for its row, and the rule of its value."""
    names = ("lookup_url_kwarg", "lookup_field", "lookup_value_regex")
    keyword, column, rule = (text(engine.class_attribute(cls, name)) for name in names)
    return keyword or column or "pk", rule or VALUE
