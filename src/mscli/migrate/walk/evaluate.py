"""Expressions: what each may be, with the calls that are on the way."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from mscli.migrate.walk import access, binding, calling, operators
from mscli.migrate.walk.conditions import holds
from mscli.migrate.walk.engine import Engine, elements
from mscli.migrate.walk.index import (
    ClassSymbol,
    FunctionSymbol,
    ModuleSymbol,
    bind_import,
    bound_in,
    free_in,
    function_symbol,
)
from mscli.migrate.walk.mappings import keys, mapping
from mscli.migrate.walk.nodes import Call, Confidence, Effect, Node, Region, Unresolved, weakest
from mscli.migrate.walk.schema import Model
from mscli.migrate.walk.values import (
    Atom,
    Function,
    Items,
    Known,
    Object,
    Outside,
    Pairs,
    Row,
    Site,
    Text,
    Value,
    either,
    join,
    merged,
    text,
    vague,
)
from mscli.migrate.words import words

WRITING = frozenset(
    words(
        "update create bulk_create bulk_update delete get_or_create update_or_create add set "
        "remove clear acreate aupdate adelete in_bulk aggregate annotate"
    )
)

GENERIC = frozenset(
    words(
        "builtins.list typing.List typing.Sequence typing.Optional typing.Union typing.Iterable "
        "collections.abc.Sequence builtins.set builtins.tuple typing.Tuple"
    )
)

# A loop over what is known apart is walked turn by turn, up to a bound.
TURNS = 40

FETCHED = frozenset(words("get first last latest earliest aget afirst alast"))


def _changes_a_query(called: ast.Attribute) -> bool:
    """`query.filter(...).delete()` reads nothing, `query.get(...).delete()` a row before."""
    before = called.value
    if isinstance(before, ast.Call):
        name = before.func
        if isinstance(name, ast.Name) or (isinstance(name, ast.Attribute) and name.attr in FETCHED):
            return False
    return called.attr in WRITING


def _known_apart(items: Items) -> dict[Atom, None]:
    return {
        atom: None
        for item in items.items
        for atom in item
        if isinstance(atom, Object) and atom.instance is not None
    }


class Evaluation:
    """One function (or module body) under evaluation: its names, and the node that it fills."""

    def __init__(
        self,
        engine: Engine,
        module: ModuleSymbol,
        node: Node,
        env: dict[str, Value],
        fn: FunctionSymbol | None = None,
    ) -> None:
        self.engine = engine
        self.module = module
        self.node = node
        self.env = env
        self.fn = fn
        self.cls: ClassSymbol | None = fn.owner if fn else None
        self.regions: tuple[Region, ...] = ()
        self.quiet = 0
        self.receiver: Value = ()
        self.is_module = fn is None and env is engine.globals.get(module)
        self.depth = 0
        self.guessed = False
        self.given: dict[str, Value] = {}

    def site(self, node: ast.AST) -> Site:
        """Where a piece of syntax stands."""
        return Site(self.module.file, getattr(node, "lineno", 1))

    def of_module(self, module: ModuleSymbol) -> Evaluation:
        """An evaluation in another module, with no names of its own."""
        return self if module is self.module else type(self)(self.engine, module, self.node, {})

    # -- notes -------------------------------------------------------------------------------

    def read(
        self, table: str, operation: str, site: Site, sure: Confidence = Confidence.CERTAIN
    ) -> None:
        """Note a read of a table."""
        sure = weakest(sure, Confidence.LIKELY) if self.guessed else sure
        if not self.quiet:
            self.node.effects[Effect("read", table, operation, site, sure, self.regions)] = None

    def write(
        self, table: str, operation: str, site: Site, sure: Confidence = Confidence.CERTAIN
    ) -> None:
        """Note a write to a table."""
        sure = weakest(sure, Confidence.LIKELY) if self.guessed else sure
        for one in (table, *self.engine.schema.history.get(table, ())):
            self.node.effects[Effect("write", one, operation, site, sure, self.regions)] = None

    def lost(self, kind: str, what: str, site: Site) -> None:
        """Note what could not be followed."""
        self.engine.unresolved[Unresolved(kind, what, site)] = None

    # -- expressions -------------------------------------------------------------------------

    def evaluate(self, node: ast.expr | None) -> Value:
        """What an expression may be."""
        if node is None:
            return ()
        method: Callable[[ast.expr], Value] | None = getattr(
            self, f"_{type(node).__name__.lower()}", None
        )
        if method is None:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    self.evaluate(child)
            return ()
        return method(node)

    def apply(self, value: Value, call: Call) -> Value:
        """Call a value."""
        return calling.apply(self, value, call)

    def attribute(self, value: Value, name: str, site: Site) -> Value:
        """An attribute of a value."""
        return access.attribute(self, value, name, site)  # type: ignore[arg-type]

    def name(self, name: str) -> Value:
        """What a name stands for here."""
        if name in self.env:
            return self.env[name]
        if self.fn is not None and self.fn.closure is not None and name in self.fn.closure:
            return self.fn.closure[name]
        found = self.engine.lookup(self.module, name)
        return (Outside(f"builtins.{name}"),) if found is None else found

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
        parts: list[str] = []
        for part in node.values:
            if isinstance(part, ast.Constant):
                parts.append(str(part.value))
            elif isinstance(part, ast.FormattedValue):
                known = text(self.evaluate(part.value))
                parts.append(known if known is not None else "{}")
        return (Text("".join(parts)),)

    def _attribute(self, node: ast.Attribute) -> Value:
        value = vague(self.evaluate(node.value))
        return self.attribute(value, node.attr, self.site(node)) if value else ()

    def _call(self, node: ast.Call) -> Value:
        self.depth += 1
        quiet = isinstance(node.func, ast.Attribute) and _changes_a_query(node.func)
        self.quiet += quiet
        callee = vague(self.evaluate(node.func))
        self.quiet -= quiet
        call = self._arguments(node)
        result = calling.call(self, node, callee, call)
        self.depth -= 1
        return result

    def _arguments(self, node: ast.Call) -> Call:
        args: list[Value] = []
        starred = False
        for arg in node.args:
            if isinstance(arg, ast.Starred):
                known = [a for a in self.evaluate(arg.value) if isinstance(a, Items)]
                args.extend(known[0].items if known else ())
                starred = True
            else:
                args.append(self.evaluate(arg))
        kwargs: list[tuple[str, Value]] = []
        for keyword in node.keywords:
            value = self.evaluate(keyword.value)
            if keyword.arg is not None:
                kwargs.append((keyword.arg, value))
            else:
                starred = True
                for atom in value:
                    if isinstance(atom, Pairs):
                        kwargs.extend(atom.pairs)
        return Call(tuple(args), tuple(kwargs), self.site(node), node, starred)

    def _items(self, nodes: list[ast.expr]) -> Value:
        items: list[Value] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                for atom in self.evaluate(node.value):
                    items.extend(atom.items if isinstance(atom, Items) else ())
            else:
                items.append(self.evaluate(node))
        return (Items(tuple(items)),)

    def _list(self, node: ast.List) -> Value:
        return self._items(node.elts)

    def _tuple(self, node: ast.Tuple) -> Value:
        return self._items(node.elts)

    def _set(self, node: ast.Set) -> Value:
        return self._items(node.elts)

    def _dict(self, node: ast.Dict) -> Value:
        pairs: list[tuple[str, Value]] = []
        for key, value in zip(node.keys, node.values, strict=True):
            found = self.evaluate(value)
            if key is None:
                for atom in found:
                    pairs.extend(atom.pairs if isinstance(atom, Pairs) else ())
                continue
            name = text(self.evaluate(key))
            pairs.append((name if name is not None else "", found))
        return (mapping(pairs),)

    def _binop(self, node: ast.BinOp) -> Value:
        left, right = self.evaluate(node.left), self.evaluate(node.right)
        return operators.binary(node.op, left, right)

    def _boolop(self, node: ast.BoolOp) -> Value:
        return vague(join(*(self.evaluate(value) for value in node.values)))

    def _ifexp(self, node: ast.IfExp) -> Value:
        self.evaluate(node.test)
        known = holds(self, node.test)
        if known is not None:
            return self.evaluate(node.body if known else node.orelse)
        return either(self.evaluate(node.body), self.evaluate(node.orelse))

    def _await(self, node: ast.Await) -> Value:
        return self.evaluate(node.value)

    def _starred(self, node: ast.Starred) -> Value:
        return self.evaluate(node.value)

    def _namedexpr(self, node: ast.NamedExpr) -> Value:
        value = self.evaluate(node.value)
        if isinstance(node.target, ast.Name):
            self.env[node.target.id] = value
        return value

    def _subscript(self, node: ast.Subscript) -> Value:
        value, key = self.evaluate(node.value), self.evaluate(node.slice)
        if isinstance(node.value, ast.Attribute) and node.value.attr == "config":
            named = text(key)
            return self.engine.setting(named) if named else ()
        if key and any(isinstance(a, Outside) and a.name in GENERIC for a in value):
            return (Items((key,)),)
        return operators.item(value, keys(key), node.slice)

    def _lambda(self, node: ast.Lambda) -> Value:
        return (Function(self.local(node)),)

    def local(self, node: ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef) -> FunctionSymbol:
        """A function that is defined here, with the names that it sees.

        One that uses no name of the function around it is the same each time.
        """
        closing = self.engine.closing
        if id(node) not in closing:
            seen = bound_in(self.fn.node) | {*(self.fn.closure or ())} if self.fn else None
            closing[id(node)] = seen is None or not seen.isdisjoint(free_in(node))
        key = (id(node), id(self.node) if closing[id(node)] else 0)
        if key not in self.engine.symbols:
            prefix = f"{self.fn.name}." if self.fn else ""
            closure = self.env if self.fn else None
            if self.fn is not None and self.fn.closure is not None:
                closure = {**self.fn.closure, **self.env}
            self.engine.symbols[key] = function_symbol(self.module, node, None, prefix, closure)
        symbol = self.engine.symbols[key]
        if self.fn is not None:
            symbol.closure = {**(self.fn.closure or {}), **self.env}
        return symbol

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Value:
        found = [self.evaluate(node.elt) for _ in self._generated(node.generators)]
        return (Items(tuple(dict.fromkeys(found)) or ((),)),)

    _listcomp = _setcomp = _generatorexp = _comprehension

    def _dictcomp(self, node: ast.DictComp) -> Value:
        found = [
            (text(self.evaluate(node.key)) or "", self.evaluate(node.value))
            for _ in self._generated(node.generators)
        ]
        return (mapping(found),)

    def _generated(self, generators: list[ast.comprehension]) -> Iterator[None]:
        """Each turn of a comprehension that its conditions may let through."""
        if not generators:
            yield
            return
        first, *rest = generators
        for turn in self.turns(self.evaluate(first.iter)):
            self.bind(first.target, turn)
            for test in first.ifs:
                self.evaluate(test)
            if all(holds(self, test) is not False for test in first.ifs):
                yield from self._generated(rest)

    def turns(self, values: Value) -> list[Value]:
        """What a loop takes: one after another what is known apart, all at once what is not."""
        known = next((atom for atom in values if isinstance(atom, Items)), None)
        if known is not None and 0 < len(known.items) <= TURNS:
            if any(isinstance(atom, Items) for item in known.items for atom in item):
                return list(known.items)
            objects = _known_apart(known)
            if objects:
                rest = tuple(atom for atom in elements(values) if atom not in objects)
                return [*((atom,) for atom in objects), *([rest] if rest else [])]
        return [elements(values)]

    def _yield(self, node: ast.Yield) -> Value:
        value = vague(self.evaluate(node.value))
        self.node.returns = merged(self.node.returns, (Items((value,)),))
        return ()

    def _yieldfrom(self, node: ast.YieldFrom) -> Value:
        self.node.returns = merged(self.node.returns, self.evaluate(node.value))
        return ()

    def bind(self, target: ast.expr, value: Value) -> None:
        """Give names what is assigned to them."""
        binding.bind(self, target, value)

    # -- annotations -------------------------------------------------------------------------

    def annotated(self, node: ast.expr | None) -> Value:
        """An instance of what an annotation says."""
        from mscli.migrate.walk.annotations import instance

        return instance(self, node)

    def bind_import(self, node: ast.stmt) -> None:
        """An import inside a function binds names there."""
        found: dict[str, tuple[str, str]] = {}
        bind_import(self.module, node, found)
        for name, (target, attribute) in found.items():
            self.env[name] = self.engine.imported(self.module, target, attribute)
