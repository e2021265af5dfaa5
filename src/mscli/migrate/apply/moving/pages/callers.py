"""What a parameter is given, by all who call its function: `show(request, "orders/list.html")`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from mscli.migrate.walk.project.imports import bind_import, meaning
from mscli.migrate.walk.project.index import FunctionNode, ModuleSymbol, Project, expression_name

BOUND = frozenset(["self", "cls"])
Find = Callable[[str], tuple[ModuleSymbol, str] | None]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression stands: its module, and the statements around it."""

    module: ModuleSymbol
    body: Sequence[ast.stmt]


Given = tuple[ast.expr, Place]


@dataclass(slots=True)
class _Uses:
    """The calls of a name, and whether something else is done with it: handed on, put away."""

    calls: list[tuple[ast.Call, Place]] = field(default_factory=list)
    others: list[tuple[ast.expr, Place]] = field(default_factory=list)


class Callers:
    """Every call of a project, by the last name of what is called; `find` follows dotted names."""

    def __init__(self, project: Project, find: Find) -> None:
        self.project = project
        self.find = find
        self._uses: dict[str, _Uses] = {}
        self._imports: dict[str, dict[str, tuple[str, str]]] = {}
        self._stored: set[str] = set()

    def given(self, node: ast.Name, place: Place) -> list[Given] | None:
        """What a name is given that is a parameter; None, where it is none or that is not known."""
        function = _with_parameter(node, place.body)
        if function is None or function.args.kwarg is not None:
            return None
        uses = self._of(function.name)
        is_method = bool(_places(function)[:1]) and _places(function)[0] in BOUND
        target = (place.module, function.name)
        if any(is_method or self._means(each, at) == target for each, at in uses.others):
            return None
        found: list[Given] = []
        for call, at in uses.calls:
            if not (is_method or self._means(call.func, at) == target):
                continue
            value = _argument(call, function, node.id)
            if value is None and not is_method:
                return None
            found += [(value, at)] if value is not None else []
        return found or None

    def _means(self, node: ast.expr, at: Place) -> tuple[ModuleSymbol, str] | None:
        """The function of the project that a name is where it stands."""
        name = expression_name(node)
        if not name or _is_local(name.partition(".")[0], at.body):
            return None
        return self.find(meaning(at.module, name, self._imports[at.module.file]))

    def is_stored(self, name: str) -> bool:
        """Whether something sets an attribute of this name on an object."""
        self._read_all()
        return name in self._stored

    def _of(self, name: str) -> _Uses:
        self._read_all()
        return self._uses.get(name, _Uses())

    def _read_all(self) -> None:
        if not self._imports:
            for module in self.project.modules:
                imports = self._imports.setdefault(module.file, {})
                for node in ast.walk(module.tree):
                    if isinstance(node, ast.Import | ast.ImportFrom):
                        bind_import(module, node, imports)
                self._read(Place(module, module.tree.body))

    def _read(self, place: Place) -> None:
        """What is called and named in statements, those of inner functions in theirs."""
        called: set[int] = set()
        for node in _inside(place.body):
            if isinstance(node, FunctionNode):
                self._read(Place(place.module, [node]))
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                self._stored.add(node.attr)
            elif isinstance(node, ast.Call) and (last := _last(node.func)):
                called.add(id(node.func))
                self._uses.setdefault(last, _Uses()).calls.append((node, place))
            elif (
                isinstance(node, ast.Name | ast.Attribute)
                and isinstance(node.ctx, ast.Load)
                and id(node) not in called
            ):
                self._uses.setdefault(_last(node), _Uses()).others.append((node, place))


def _inside(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    """All that is in statements; of a function that is in them, itself alone."""
    rest: list[ast.AST] = list(reversed(body))
    if len(body) == 1 and isinstance(body[0], FunctionNode):
        rest = list(reversed(list(ast.iter_child_nodes(body[0]))))
    while rest:
        node = rest.pop()
        yield node
        if not isinstance(node, FunctionNode):
            rest += reversed(list(ast.iter_child_nodes(node)))


def _with_parameter(node: ast.Name, body: Sequence[ast.stmt]) -> FunctionNode | None:
    """The innermost function around a name that has it as a parameter, and binds it to no other."""
    found = None
    for function in (n for s in body for n in ast.walk(s) if isinstance(n, FunctionNode)):
        names = [part for part in ast.walk(function) if isinstance(part, ast.Name)]
        if node.id in _parameters(function) and any(part is node for part in names):
            stored = [p for p in names if p.id == node.id and not isinstance(p.ctx, ast.Load)]
            found = None if stored else function
    return found


def _is_local(name: str, body: Sequence[ast.stmt]) -> bool:
    """Whether a function gives a name a meaning of its own."""
    function = body[0] if len(body) == 1 else None
    if not isinstance(function, FunctionNode):
        return False
    nodes = (n for n in _inside(body) if isinstance(n, ast.Name) and n.id == name)
    return name in _parameters(function) or any(isinstance(n.ctx, ast.Store) for n in nodes)


def _places(function: FunctionNode) -> list[str]:
    return [each.arg for each in (*function.args.posonlyargs, *function.args.args)]


def _parameters(function: FunctionNode) -> list[str]:
    return [*_places(function), *(each.arg for each in function.args.kwonlyargs)]


def _argument(call: ast.Call, function: FunctionNode, name: str) -> ast.expr | None:
    """What a call gives for a parameter: its argument, or the default."""
    is_open = any(isinstance(a, ast.Starred) for a in call.args)
    if is_open or any(k.arg is None for k in call.keywords):
        return None
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    places = _places(function)
    if places[:1] and places[0] in BOUND:
        places = places[1:]
    if name in places and places.index(name) < len(call.args):
        return call.args[places.index(name)]
    return _default(function, name)


def _default(function: FunctionNode, name: str) -> ast.expr | None:
    arguments = function.args
    pairs = zip(reversed(_places(function)), reversed(arguments.defaults), strict=False)
    alone = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    named = dict(pairs) | {each.arg: value for each, value in alone if value is not None}
    return named.get(name)


def _last(node: ast.expr) -> str:
    """The last name of an expression, also of a method of something that a call gives."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
