"""What a function does to tables, noted on the node that it fills; what is not followed."""

from __future__ import annotations

import ast

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import Confidence, Effect, Node, Region, Unresolved, weakest
from mscli.migrate.walk.project.index import ModuleSymbol
from mscli.migrate.walk.values.values import Site


class Noting:
    """Takes notes; `whole` is the function's node, `node` that of the branch that is walked."""

    def __init__(self, engine: Engine, module: ModuleSymbol, node: Node) -> None:
        self.engine = engine
        self.module = module
        self.node = self.whole = node
        self.regions: tuple[Region, ...] = ()
        self.quiet = 0
        self.doubts = 0
        self.guessed = False

    def site(self, node: ast.AST) -> Site:
        """Where a piece of syntax stands."""
        line, known = getattr(node, "lineno", 1), self.module.sites
        if line not in known:
            known[line] = Site(self.module.file, line)
        return known[line]

    def read(
        self, table: str, operation: str, site: Site, sure: Confidence = Confidence.CERTAIN
    ) -> None:
        """Note a read of a table."""
        sure = weakest(sure, Confidence.LIKELY) if self.guessed or self.doubts else sure
        if not self.quiet:
            self.node.effects[Effect("read", table, operation, site, sure, self.regions)] = None

    def write(
        self, table: str, operation: str, site: Site, sure: Confidence = Confidence.CERTAIN
    ) -> None:
        """Note a write to a table."""
        sure = weakest(sure, Confidence.LIKELY) if self.guessed or self.doubts else sure
        for one in (table, *self.engine.schema.history.get(table, ())):
            self.node.effects[Effect("write", one, operation, site, sure, self.regions)] = None
        if table in self.engine.schema.closed:
            self.read(self.engine.schema.closed[table], operation, site, sure)

    def lost(self, kind: str, what: str, site: Site) -> None:
        """Note what could not be followed."""
        self.engine.unresolved[Unresolved(kind, what, site)] = None
