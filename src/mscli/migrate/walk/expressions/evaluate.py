"""Expressions: what each may be, with the calls that are on the way."""

from __future__ import annotations

import ast
from collections.abc import Callable

from mscli.migrate.walk.calls import calling, passing, protocols
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.expressions import access, columns, displays, operators, subscripts, texts
from mscli.migrate.walk.expressions.chains import changes_a_query
from mscli.migrate.walk.graph import beside
from mscli.migrate.walk.graph.nodes import Call, Confidence, Node
from mscli.migrate.walk.graph.schema import Model
from mscli.migrate.walk.noting import Noting
from mscli.migrate.walk.objects import kept
from mscli.migrate.walk.project.imports import bind_import
from mscli.migrate.walk.project.index import ClassSymbol, FunctionSymbol, ModuleSymbol
from mscli.migrate.walk.statements import binding, branches, switches, variables
from mscli.migrate.walk.statements.conditions import holds
from mscli.migrate.walk.statements.endings import Yielded
from mscli.migrate.walk.statements.nested import local
from mscli.migrate.walk.values import newness
from mscli.migrate.walk.values.merging import bounded, either, merged
from mscli.migrate.walk.values.values import (
    Atom,
    Function,
    Items,
    Known,
    Outside,
    Row,
    Site,
    Text,
    Value,
    join,
    vague,
)

METHODS = {kind: f"_{kind.__name__.lower()}" for kind in ast.expr.__subclasses__()}
"""What evaluates each kind of syntax."""


class Evaluation(Noting):
    """One function (or module body) under evaluation: its names, and the node that it fills."""

    def __init__(
        self,
        engine: Engine,
        module: ModuleSymbol,
        node: Node,
        env: dict[str, Value],
        fn: FunctionSymbol | None = None,
    ) -> None:
        super().__init__(engine, module, node)
        self.env = env
        self.fn = fn
        self.cls: ClassSymbol | None = fn.owner if fn else None
        self.asking: set[str] = set()
        self.aliases: dict[str, ast.expr] = {}
        self.receiver: Value = ()
        self.is_module = fn is None and env is engine.globals.get(module)
        self.depth = self.loops = 0
        self.given: dict[str, Value] = {}
        self.told: dict[str, Value] = {}
        self.started: ast.Call | None = None
        self.edges = "call"
        self.yielded: Yielded | None = None
        self.outer: dict[str, None] = {}

    def of_module(self, module: ModuleSymbol) -> Evaluation:
        """An evaluation in another module, with no names of its own."""
        return self if module is self.module else type(self)(self.engine, module, self.node, {})

    # -- expressions -------------------------------------------------------------------------

    def evaluate(self, node: ast.expr | None) -> Value:
        """What an expression may be."""
        if node is None:
            return ()
        method: Callable[[ast.expr], Value] | None = getattr(self, METHODS[type(node)], None)
        if method is None:
            children = [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]
            parts = tuple(self.evaluate(child) for child in children)
            return columns.expression(self.engine.schema, node, parts, self.site(node))
        return method(node)

    def asked(self, node: ast.expr) -> Value:
        """The same, of what is compared or whose truth is asked for: it is lazy no longer."""
        return kept.behind(self, self.evaluate(node), self.site(node))

    def apply(self, value: Value, call: Call) -> Value:
        """Call a value."""
        return calling.apply(self, value, call)

    def attribute(self, value: Value, name: str, site: Site) -> Value:
        """An attribute of a value."""
        return access.attribute(self, value, name, site)  # type: ignore[arg-type]

    def itself(self) -> Value:
        """What a method was called on, as it is now."""
        is_method = self.fn is not None and (self.receiver or self.fn.owner is not None)
        args = self.fn.node.args if self.fn is not None and is_method else None
        names = [*args.posonlyargs, *args.args] if args is not None else []
        return self.env.get(names[0].arg, self.receiver) if names else self.receiver

    def name(self, name: str) -> Value:
        """What a name stands for here."""
        if name in self.env:
            return self.env[name]
        if self.fn is not None and self.fn.closure is not None and name in self.fn.closure:
            return self.fn.closure[name]
        found = self.engine.lookup(self.module, name)
        return self.engine.unbound(self.module, name) if found is None else found

    def _name(self, node: ast.Name) -> Value:
        value = self.name(node.id)
        user = self.engine.schema.logged_in
        if user is None or not any(isinstance(atom, Outside) for atom in value):
            return value
        return tuple(self._logged_in(atom, user, node) for atom in value)

    def _logged_in(self, atom: Atom, user: Model, node: ast.Name) -> Atom:
        """`current_user` stands for the row of who is logged in."""
        if not isinstance(atom, Outside) or not atom.name.endswith(".current_user"):
            return atom
        self.read(user.table, "current_user", self.site(node), Confidence.LIKELY)
        return Row(user)

    def _constant(self, node: ast.Constant) -> Value:
        if node.value is None or isinstance(node.value, bool):
            return () if self.is_module else (Known(node.value),)
        if isinstance(node.value, str) and len(node.value) <= operators.LONGEST_TEXT:
            return (Text(node.value),)
        return ()

    def _joinedstr(self, node: ast.JoinedStr) -> Value:
        parts: list[tuple[str, ...]] = []
        for part in node.values:
            if isinstance(part, ast.Constant):
                parts.append((str(part.value),))
            elif isinstance(part, ast.FormattedValue):
                value = self.evaluate(part.value)
                protocols.called(self, value, "__str__", self.site(part))
                parts.append(texts.parts(value))
        found = texts.combined(parts)
        if texts.are_many(parts):
            self.engine.samples.update(found)
        return found

    def _attribute(self, node: ast.Attribute) -> Value:
        value = vague(self.evaluate(node.value))
        if found := self.engine.on_requests.get(kept.state(node)):
            return found
        return self.attribute(value, node.attr, self.site(node)) if value else ()

    def _call(self, node: ast.Call) -> Value:
        self.depth += 1
        quiet = isinstance(node.func, ast.Attribute) and changes_a_query(node.func)
        self.quiet += quiet
        callee = vague(self.evaluate(node.func))
        self.quiet -= quiet
        edges = "task" if node is self.started else "call"
        self.started = beside.coroutine(self.fn, node, callee)
        call = displays.arguments(self, node)
        self.edges, before = edges, self.edges
        result = calling.call(self, node, callee, call)
        newness.after_call(self, node)
        self.edges = before
        self.depth -= 1
        return result

    def _list(self, node: ast.List | ast.Tuple | ast.Set) -> Value:
        return displays.items(self, node.elts)

    _tuple = _set = _list

    def _dict(self, node: ast.Dict) -> Value:
        return displays.pairs(self, node)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Value:
        return displays.comprehension(self, node)

    _listcomp = _setcomp = _generatorexp = _comprehension

    def _dictcomp(self, node: ast.DictComp) -> Value:
        return displays.dict_comprehension(self, node)

    def _binop(self, node: ast.BinOp) -> Value:
        return operators.binary(node.op, self.evaluate(node.left), self.evaluate(node.right))

    def _unaryop(self, node: ast.UnaryOp) -> Value:
        value = self.evaluate(node.operand)
        if isinstance(node.op, ast.Not):
            kept.behind(self, value, self.site(node))
            known = newness.tells(self, node.operand)
            return () if known is None else (Known(not known),)
        return vague(value)

    def _compare(self, node: ast.Compare) -> Value:
        parts = tuple(self.asked(part) for part in (node.left, *node.comparators))
        protocols.compared(self, node, parts)
        known = newness.tells(self, node)
        if known is not None:
            return (Known(known),)
        site = self.site(node)
        return variables.compared(node, parts, site) or columns.expression(
            self.engine.schema, node, parts, site
        )

    def _boolop(self, node: ast.BoolOp) -> Value:
        outcome, outer, parts = isinstance(node.op, ast.And), self.node, []
        for value in node.values:
            parts.append(self.asked(value))
            default = switches.asked(self, value, parts[-1])
            branches.settled(self, default, outcome=outcome, site=self.site(value))
        self.node = outer
        return vague(join(*parts))

    def _ifexp(self, node: ast.IfExp) -> Value:
        asked_for = self.asked(node.test)
        known = holds(self, node.test)
        if known is not None:
            return self.evaluate(node.body if known else node.orelse)
        default, outer, parts = switches.asked(self, node.test, asked_for), self.node, []
        for part, outcome in ((node.body, True), (node.orelse, False)):
            branches.settled(self, default, outcome=outcome, site=self.site(part))
            parts.append(self.evaluate(part))
            self.node = outer
        if variables.is_off(self, node.test):
            parts.reverse()
        return either(*parts)

    def _await(self, node: ast.Await) -> Value:
        return passing.future(self.evaluate(node.value))

    def _starred(self, node: ast.Starred) -> Value:
        return self.evaluate(node.value)

    def _namedexpr(self, node: ast.NamedExpr) -> Value:
        value = self.evaluate(node.value)
        if isinstance(node.target, ast.Name):
            self.env[node.target.id] = value
        return value

    def _subscript(self, node: ast.Subscript) -> Value:
        return subscripts.subscript(self, node)

    def _lambda(self, node: ast.Lambda) -> Value:
        return (Function(local(self, node)),)

    def _yield(self, node: ast.Yield) -> Value:
        value = vague(self.evaluate(node.value))
        self.yielded = self.yielded or Yielded(self.whole, self.regions)
        self.whole.returns = bounded(merged(self.whole.returns, (Items((value,)),)))
        return ()

    def _yieldfrom(self, node: ast.YieldFrom) -> Value:
        value = protocols.iterated(self, self.evaluate(node.value), self.site(node))
        self.whole.returns = bounded(merged(self.whole.returns, value))
        return ()

    def bind(self, target: ast.expr, value: Value) -> None:
        """Give names what is assigned to them."""
        binding.bind(self, target, value)

    # -- annotations -------------------------------------------------------------------------

    def annotated(self, node: ast.expr | None) -> Value:
        """An instance of what an annotation says."""
        from mscli.migrate.walk.expressions.annotations import instance

        return instance(self, node)

    def bind_import(self, node: ast.stmt) -> None:
        """An import inside a function binds names there."""
        found: dict[str, tuple[str, str]] = {}
        bind_import(self.module, node, found)
        for name, (target, attribute) in found.items():
            self.env[name] = self.engine.imported(self.module, target, attribute)
