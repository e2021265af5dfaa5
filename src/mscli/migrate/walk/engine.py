"""The walk: every function once a context, calls followed, types carried along.

A node's own effects are collected when it is walked; what it does through others is a question to
the graph (`closure.py`), so recursion needs no fixed point here.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mscli.migrate.walk.budget import Budget
from mscli.migrate.walk.calls.dispatching import Dispatching
from mscli.migrate.walk.graph.nodes import Node, Unresolved
from mscli.migrate.walk.graph.outside_calls import OutsideCalls
from mscli.migrate.walk.graph.schema import Schema
from mscli.migrate.walk.objects.put_later import PutLater
from mscli.migrate.walk.objects.references import References
from mscli.migrate.walk.project.index import ClassSymbol, FunctionSymbol, Project
from mscli.migrate.walk.semantics import Semantics
from mscli.migrate.walk.values import newness
from mscli.migrate.walk.values.merging import bounded
from mscli.migrate.walk.values.values import Atom, Known, Made, Row, Rows, Site, Type, Value

if TYPE_CHECKING:
    from mscli.migrate.walk.objects.registries import Registries

DEEPEST = 40


class Engine(References):
    """Walks a project. `schema` may be filled in after the models were read."""

    def __init__(self, project: Project, schema: Schema) -> None:
        super().__init__(project)
        self.schema = schema
        self.semantics: list[Semantics] = []
        self.budget = Budget(sum(source.lines for source in project.sources.files))
        self.outside = OutsideCalls()
        self.unresolved: dict[Unresolved, None] = {}
        self.resolved: set[Site] = set()
        self.model_names: dict[str, Value] = {}
        self.on_requests: dict[str, Value] = {}
        self.on_made: dict[tuple[Made, str], Value] = {}
        self.dispatching = Dispatching(self)
        self.registries: Registries | None = None
        self.put_later = PutLater(project)
        self.symbols: dict[tuple[int, int], FunctionSymbol] = {}
        self.local_classes: dict[tuple[int, int], ClassSymbol] = {}
        self.surrounding: dict[ast.expr, ast.FunctionDef] = {}
        self.closing: dict[int, bool] = {}
        self.samples: set[Atom] = set()
        """Texts that stand for many."""
        self.asking: dict[FunctionSymbol, bool] = {}
        self.mentioned: dict[ast.expr, frozenset[str]] = {}
        self.set_in: dict[ast.stmt, frozenset[str]] = {}
        self.depth = 0
        self.pending: list[tuple[Node, dict[str, Value]]] = []

    def enter(self, fn: FunctionSymbol, receiver: Value, env: dict[str, Value]) -> Node:
        """The node of a function with these arguments, walked now unless the walk is too deep."""
        apart = self.budget.is_ample(fn)
        env = {name: bounded(newness.given(value, apart=apart)) for name, value in env.items()}
        receiver = newness.given(receiver, apart=apart or newness.is_asking(fn, self.asking))
        key: tuple[object, ...] = (fn, receiver, frozenset(env.items()))
        node = self.nodes.get(key)
        if node is not None:
            return self._again(node, fn, receiver, env)
        if not self.budget.allows(fn, env.values(), importing=self.in_body):
            key, env = self._coarse(fn, receiver, env)
            site = Site(fn.module.file, fn.node.lineno)
            self.unresolved[Unresolved("contexts", f"{fn.id}: too many to tell apart", site)] = None
            if key in self.nodes:
                return self.nodes[key]
        self.budget.spend(fn)
        node = self.nodes[key] = Node(fn, key)
        if receiver:
            env = {**env, "": receiver}
        if self.depth >= DEEPEST:
            self.pending.append((node, env))
        else:
            self._walk(node, fn, env)
            self.instances.is_stale(node, receiver)
        return node

    def _coarse(
        self, fn: FunctionSymbol, receiver: Value, env: dict[str, Value]
    ) -> tuple[tuple[object, ...], dict[str, Value]]:
        """What a function with too many contexts is still told apart by."""
        given = {name: value for name, value in env.items() if value and _tells_apart(value)}
        if self.budget.allows_given(fn, receiver, given):
            return (fn, "any", receiver, frozenset(given.items())), given
        apart = self.budget.allows_receiver(fn, receiver)
        return (fn, "any", receiver if apart else ()), {}

    def _again(
        self, node: Node, fn: FunctionSymbol, receiver: Value, env: dict[str, Value]
    ) -> Node:
        """The node of a method, walked once more if its object has grown since."""
        if node.done and self.budget.left > 0 and self.instances.is_stale(node, receiver):
            self.budget.spend(fn)
            node.done = False
            self._walk(node, fn, {**env, "": receiver})
        return node

    def _walk(self, node: Node, fn: FunctionSymbol, env: dict[str, Value]) -> None:
        self.depth += 1
        try:
            with self.body(imported=False):
                self.frame(fn.module, node, dict(env), fn).run_function()
        except RecursionError:
            site = Site(fn.module.file, fn.node.lineno)
            self.unresolved[Unresolved("depth", fn.id, site)] = None
        finally:
            self.depth -= 1
            node.done = True

    def finish(self) -> None:
        """Walk what was put off because the walk was too deep."""
        while self.pending:
            node, env = self.pending.pop()
            if isinstance(node.symbol, FunctionSymbol):
                self._walk(node, node.symbol, env)

    def forget(self) -> None:
        """Throw away what was concluded before the tables were known."""
        for known in (
            self.nodes,
            self.budget,
            self.attributes,
            self.globals,
            self._attribute_values,
            self.symbols,
            self.local_classes,
            self.on_made,
        ):
            known.clear()
        self.instances.clear()
        self.put_later.forget()
        self.outside.clear()
        kept = [lost for lost in self.unresolved if lost.kind in ("relation", "table")]
        self.unresolved.clear()
        self.unresolved.update(dict.fromkeys(kept))


def _tells_apart(value: Value) -> bool:
    return all(isinstance(atom, Row | Rows | Type | Known) for atom in value)
