"""State in memory: what some code changes while it runs, and other code reads in its process."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from mscli.migrate.apply.moving.implied.changing import Changes, Symbol, root_of
from mscli.migrate.apply.moving.implied.filling import assembles, is_test
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pieces.uses import Definition
from mscli.migrate.facts import RouteFact
from mscli.migrate.walk.project.index import (
    FunctionNode,
    ModuleSymbol,
    Project,
    last_name,
)
from mscli.migrate.walk.project.scopes import statements

KEEPING = frozenset(
    [
        "Counter",
        "LRUCache",
        "OrderedDict",
        "TTLCache",
        "defaultdict",
        "deque",
        "dict",
        "list",
        "set",
    ]
)  # fmt: skip
"""What makes something that keeps what it is given."""
LITERAL = ast.Dict | ast.DictComp | ast.List | ast.ListComp | ast.Set | ast.Constant
FRESH = frozenset(["ContextVar", "local"])
"""What is another one for each request."""
Place = tuple[str, int]
"""A file, and the line of a definition at its top."""


@dataclass(slots=True)
class State:
    """A name at the top of a module: who changes what it holds, and who uses it at all."""

    symbol: Symbol
    changing: set[Place] = field(default_factory=set)
    using: set[Place] = field(default_factory=set)


def states_of(project: Project) -> list[State]:
    """What functions of a project change while it runs; what only remembers results is none."""
    changes = Changes(project)
    found: dict[str, State] = {}
    at_import = set(_at_import(project))
    for module, node, functions in _definitions(project):
        place = module.file, node.lineno
        for function in _running(functions, at_import):
            owner = module.classes.get(node.name) if isinstance(node, ast.ClassDef) else None
            for dotted in changes.of(function, module, owner):
                symbol = _symbol(dotted, project)
                if symbol is None or not _keeps(symbol, changes):
                    continue
                if _says(function, symbol.name) and not _remembers(function, symbol.name):
                    found.setdefault(dotted, State(symbol)).changing.add(place)
    for module, node, functions in _definitions(project) if found else ():
        for dotted in _used(module, functions, changes):
            if dotted in found:
                found[dotted].using.add((module.file, node.lineno))
    return [found[dotted] for dotted in sorted(found)]


def against(
    states: Sequence[State], moved: Mapping[RouteFact, Set[Place]], staying: Set[Place]
) -> dict[RouteFact, list[str]]:
    """Why routes that move would have another state than code that stays.

    Routes have the definitions that they need; `staying` are those that others need.
    """
    found: dict[RouteFact, list[str]] = {}
    for state in states:
        every = state.using | state.changing
        there = every & staying
        is_changed = not state.changing.isdisjoint(there)
        for route, places in moved.items():
            if every & places and (is_changed or (there and state.changing & places)):
                file, line = min(state.changing & there or there)
                text = f"it uses `{state.symbol.dotted}` in memory, which code that stays"
                verb = "changes" if is_changed else "reads"
                found.setdefault(route, []).append(f"{text} {verb} ({file}:{line})")
    return found


def places_in(closing: Closing, closure: Closure, states: Sequence[State]) -> frozenset[Place]:
    """The definitions of a closure that use a state."""
    every = {place for state in states for place in state.using | state.changing}
    files = {file for file, _ in every} & closure.pieces.keys()
    return frozenset(
        (module.file, line)
        for module in closing.project.modules
        if module.file in files
        for piece in closing.sources.of(module).pieces
        if piece.first in closure.pieces[module.file]
        for file, line in every
        if file == module.file and piece.first <= line <= piece.last
    )


def _definitions(
    project: Project,
) -> Iterator[tuple[ModuleSymbol, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, list]]:  # type: ignore[type-arg]
    """Functions and classes at the top of modules, with the functions that they are or have."""
    for module in project.modules:
        for node in statements(module.tree.body) if not is_test(module) else ():
            if isinstance(node, ast.ClassDef):
                yield module, node, [p for p in node.body if isinstance(p, FunctionNode)]
            elif isinstance(node, FunctionNode):
                yield module, node, [node]


def _running(functions: Sequence[FunctionNode], at_import: Set[str]) -> Iterator[FunctionNode]:
    """Those that run when something is asked; of one that an import calls, what it registers."""
    for function in functions:
        if function.name in ("__init_subclass__", "__new__"):
            continue
        if function.name not in at_import:
            yield function
            continue
        for inner in ast.walk(function):
            if isinstance(inner, FunctionNode) and inner is not function and inner.decorator_list:
                yield inner


def _at_import(project: Project) -> Iterator[str]:
    """The last names of what is called while modules are imported."""
    for module in project.modules:
        for node in statements(module.tree.body):
            called = [node.value] if isinstance(node, ast.Expr) else []
            called = node.decorator_list if isinstance(node, Definition) else called
            yield from (last_name(each) for each in called)


def _symbol(dotted: str, project: Project) -> Symbol | None:
    module_name, _, name = dotted.rpartition(".")
    module = project.module(module_name)
    return Symbol(module, name) if module is not None else None


def _keeps(symbol: Symbol, changes: Changes) -> bool:
    """Whether it is an object that lasts from request to request."""
    value = changes.value(symbol)
    if isinstance(
        value, ast.Dict | ast.DictComp | ast.List | ast.ListComp | ast.Set | ast.Constant
    ):
        return True
    if not isinstance(value, ast.Call) or assembles(changes, symbol):
        return False
    cls = changes.class_of(symbol)
    if cls is None:
        return last_name(value.func) in KEEPING
    bases = {last_name(base) for base in cls.node.bases}
    return FRESH.isdisjoint(bases)


def _remembers(function: FunctionNode, name: str) -> bool:
    """Whether a function only keeps what it has computed: it looks, and fills what is missing."""
    stores, looks = 0, 0
    for node in ast.walk(function):
        match node:
            case ast.Subscript(value=ast.Name(id=known), ctx=ast.Store()) if known == name:
                stores += 1
            case ast.Name(id=known, ctx=ast.Store()) if known == name:
                stores += 1
            case ast.AugAssign(target=target) if root_of(target).split(".")[0] == name:
                return False
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=known))], value=value):
                if known == name and _names(value, name):
                    return False  # it counts
            case ast.Call(func=ast.Attribute(value=ast.Name(id=known), attr=attr)):
                if known == name and attr == "setdefault":
                    stores, looks = stores + 1, looks + 1
                elif known == name and attr != "get":
                    return False
            case ast.Compare() | ast.If() | ast.Try():
                looks += _names(node.test if isinstance(node, ast.If) else node, name)
    return stores > 0 and looks > 0


def _says(function: FunctionNode, name: str) -> bool:
    """Whether it is the function itself that changes it, and not what it calls."""
    parts = list(ast.walk(function))
    return any(isinstance(part, ast.Name) and part.id == name for part in parts) or any(
        isinstance(part, ast.Attribute) and part.attr == name for part in parts
    )


def _names(node: ast.AST, name: str) -> bool:
    return any(
        isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Load)
        for part in ast.walk(node)
    )


def _used(
    module: ModuleSymbol, functions: Sequence[FunctionNode], changes: Changes
) -> Iterator[str]:
    for function in functions:
        for node in ast.walk(function):
            if isinstance(node, ast.Attribute | ast.Name):
                chain = root_of(node)
                symbol = changes.symbol(chain, module) if chain else None
                if symbol is not None:
                    yield symbol.dotted
