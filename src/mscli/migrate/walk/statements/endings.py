"""Who commits behind the code that writes: a dependency after its `yield`, a context manager."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mscli.migrate.statements import tables_of
from mscli.migrate.walk.graph.nodes import Call, Node, Region
from mscli.migrate.walk.values.values import Object, Site, Value, dotted

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation

FURTHEST = 3
EXITS = ("__exit__", "__aexit__")
TRANSACTIONS = (
    "transaction.atomic", ".begin", ".begin_nested", "commit_on_success", "db_session",
    ".transaction", "sqlite3.connect", "psycopg.connect", "psycopg2.connect",
    "ConnectionPool().connection",
)  # fmt: skip
"""What commits when it is left, by the end of its name."""


class Yielded:
    """A generator at its first `yield`: what it does from there on, it does behind its user."""

    def __init__(self, node: Node, regions: tuple[Region, ...]) -> None:
        self.node = node
        self.is_inside = bool(regions)
        self.regions = len(node.regions)
        self.edges = len(node.edges)

    def commits(self) -> bool:
        """Whether its user is within a transaction; to be asked when it has run."""
        regions = list(self.node.regions)[self.regions :]
        edges = list(self.node.edges)[self.edges :]
        return (
            self.is_inside
            or any(region.kind == "commit" for region in regions)
            or any(_commits(edge.to) for edge in edges)
        )


def _commits(node: Node, depth: int = FURTHEST) -> bool:
    """Whether a function commits, itself or by what it calls."""
    if any(region.kind == "commit" for region in node.regions):
        return True
    return depth > 0 and any(_commits(e.to, depth - 1) for e in node.edges if e.kind == "call")


def for_caller(node: Node) -> bool:
    """Whether a function commits and writes nothing: it commits what its caller wrote."""
    kinds = [region.kind for region in node.regions if not region.own]
    return "commit" in kinds and "atomic" not in kinds and _writes_nothing(node)


def _writes_nothing(node: Node, depth: int = FURTHEST) -> bool:
    if depth < 0 or node.surrounds or any(effect.kind == "write" for effect in node.effects):
        return False
    if any(tables_of(each.sql)[1] for each in node.statements if each.sql):
        return False
    return all(_writes_nothing(edge.to, depth - 1) for edge in node.edges if edge.kind == "call")


def is_given(frame: Evaluation, site: Site) -> bool:
    """Whether what was called at a place lets its user write, and commits afterwards."""
    return any(edge.to.surrounds for edge in frame.node.edges if edge.site == site)


def left(frame: Evaluation, value: Value, site: Site) -> bool:
    """Leave what was entered: whether that commits what was written inside."""
    found = False
    for atom in value:
        names = EXITS if isinstance(atom, Object) else ()
        for name in (n for n in names if frame.engine.method(atom.cls, n)):  # type: ignore[union-attr]
            before = len(frame.node.edges)
            known = set(frame.node.regions)
            frame.apply(frame.attribute((atom,), name, site), Call((), (), site))
            for region in set(frame.node.regions) - known:
                del frame.node.regions[region]  # it commits what is inside, and no more
            found |= any(_commits(edge.to) for edge in list(frame.node.edges)[before:])
    return found or is_given(frame, site)


def is_transaction(value: Value, node: ast.expr) -> bool:
    """Whether what a `with` enters is one, by name."""
    if value:
        return any(dotted(atom).removesuffix("()").endswith(TRANSACTIONS) for atom in value)
    return ast.unparse(node).partition("(")[0].endswith(TRANSACTIONS)
