"""Whether code that runs around routes may answer a request itself, as what guards them does."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mscli.migrate.apply.moving.implied.asked import GUARDS, asked
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pieces.scopes import Owner
from mscli.migrate.walk.project.imports import meaning
from mscli.migrate.walk.project.index import (
    FunctionNode,
    ModuleSymbol,
    Project,
    expression_name,
    last_name,
)
from mscli.migrate.walk.project.scopes import statements

ABORTS = frozenset(["abort", "redirect"])
DISPATCHES = frozenset(["__call__", "dispatch"])
DEEPEST = 6
MANAGER = "objects"
"""By which rows of a model are asked for; `create` of it is no other class's."""
MANAGERS = ("Manager", "QuerySet")
Definition = FunctionNode | ast.ClassDef


class Answering:
    """What functions and classes of a project do with a request that they are given."""

    def __init__(self, project: Project, closing: Closing) -> None:
        self.project = project
        self.closing = closing
        self._by_name: dict[str, list[tuple[ModuleSymbol, FunctionNode]]] = {}
        self._querying: set[FunctionNode] = set()
        for module in project.modules:
            for node in ast.walk(module.tree):
                if isinstance(node, FunctionNode):
                    self._by_name.setdefault(node.name, []).append((module, node))
                elif isinstance(node, ast.ClassDef) and _is_manager(node):
                    self._querying.update(n for n in node.body if isinstance(n, FunctionNode))

    def hook(self, module: ModuleSymbol, node: Definition) -> bool:
        """Whether what is called before a request may answer it: it returns something, or raises.

        What cannot be read may.
        """
        if isinstance(node, ast.ClassDef):
            return True
        returned = (n.value for n in ast.walk(node) if isinstance(n, ast.Return))
        return any(not _is_none(value) for value in returned) or self._refuses(module, node)

    def middleware(self, module: ModuleSymbol, node: Definition) -> int:
        """What a function or class does that is put around: it guards, alters, or looks on."""
        if isinstance(node, FunctionNode):
            return GUARDS if self._calls_refusing(module, node) else asked(node)
        methods = [m for m in node.body if isinstance(m, FunctionNode) and m.name in DISPATCHES]
        return max((self.middleware(module, m) for m in methods), default=GUARDS)

    def put_around(self) -> Iterator[tuple[str, str, int]]:
        """Classes that guard what they are called with: the name, and where each is called.

        Their objects are called as an application of WSGI or ASGI is.
        """
        classes = {
            node.name: (module, node)
            for module in self.project.modules
            for node in module.tree.body
            if isinstance(node, ast.ClassDef) and _is_application(node)
        }
        guards = {name: of for name, of in classes.items() if self.middleware(*of) == GUARDS}
        for module in self.project.modules if guards else ():
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Call) and node.args:
                    name = last_name(node.func)
                    if name in guards:
                        yield name, module.file, node.lineno

    def definition(self, dotted: str) -> tuple[ModuleSymbol, Definition] | None:
        """The function or class that a dotted name means."""
        place = self.closing.find(dotted) if dotted and ":" not in dotted else None
        if place is None:
            return None
        module, name = place
        return named(module, module.tree.body, name)

    def _refuses(self, module: ModuleSymbol, node: FunctionNode, depth: int = 0) -> bool:
        """Whether it raises or aborts, by itself or by what it calls in the project."""
        caught = {n.name for n in ast.walk(node) if isinstance(n, ast.ExceptHandler)}
        raised = (n.exc for n in ast.walk(node) if isinstance(n, ast.Raise) and n.exc is not None)
        if any(not isinstance(exc, ast.Name) or exc.id not in caught for exc in raised):
            return True
        return self._calls_refusing(module, node, depth)

    def _calls_refusing(self, module: ModuleSymbol, node: FunctionNode, depth: int = 0) -> bool:
        if depth > DEEPEST:
            return True
        for part in _now(node):
            if isinstance(part, ast.Call):
                if last_name(part.func) in ABORTS:
                    return True
                called = self._called(part.func, module, node)
                if any(self._refuses(m, f, depth + 1) for m, f in called if f is not node):
                    return True
        return False

    def _called(
        self, function: ast.expr, module: ModuleSymbol, owner: Owner
    ) -> Iterator[tuple[ModuleSymbol, FunctionNode]]:
        """The project's functions that a call may mean; of a method every one of its name."""
        dotted = expression_name(function)
        first, _, rest = dotted.partition(".")
        args = [a.arg for a in ast.walk(owner) if isinstance(a, ast.arg)]
        if not first or (first in args and first not in ("self", "cls")):
            return
        root = meaning(module, first)
        found = self.definition(f"{root}.{rest}" if rest else root)
        if found is not None and isinstance(found[1], FunctionNode):
            yield found[0], found[1]
        elif rest and (first in ("self", "cls") or self._is_ours(module, owner, first)):
            named = self._by_name.get(dotted.rpartition(".")[2], ())
            is_asked = MANAGER in rest.split(".")
            yield from (of for of in named if not is_asked or of[1] in self._querying)

    def _is_ours(self, module: ModuleSymbol, owner: Owner, name: str) -> bool:
        """Whether an object is the project's own, and not one that a package makes."""
        home, values = module, _bound(owner, name)
        place = self.closing.find(meaning(module, name)) if not values else None
        if place is not None:
            home = place[0]
            values = [self.closing.sources.of(home).by_name[place[1]][0].value]
        for value in values:
            call = value.value if isinstance(value, ast.Await) else value
            is_made = isinstance(call, ast.Call)
            if not is_made or self.closing.find(meaning(home, expression_name(call))):  # type: ignore[arg-type]
                return True
        return False


def _bound(owner: Owner, name: str) -> list[ast.expr | None]:
    """What a function assigns to a name."""
    return [
        node.value
        for node in ast.walk(owner)
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name) and target.id == name
    ]


def named(
    module: ModuleSymbol, body: list[ast.stmt], name: str
) -> tuple[ModuleSymbol, Definition] | None:
    """The function or class of a name that is defined in a body."""
    for node in statements(body):
        if isinstance(node, Definition) and node.name == name:
            return module, node
    return None


def _now(node: FunctionNode) -> Iterator[ast.AST]:
    """The parts of a function, but what somebody may ask for later (`lambda: ...`)."""
    rest: list[ast.AST] = [node]
    while rest:
        part = rest.pop()
        yield part
        rest += [n for n in ast.iter_child_nodes(part) if not isinstance(n, ast.Lambda)]


def _is_manager(node: ast.ClassDef) -> bool:
    """Whether a class is what rows are asked for by, as its bases' names have it."""
    return any(word in ast.unparse(base) for base in node.bases for word in MANAGERS)


def _is_application(node: ast.ClassDef) -> bool:
    calls = [m for m in node.body if isinstance(m, FunctionNode) and m.name == "__call__"]
    names = [each.arg for method in calls for each in method.args.args]
    return names[-2:] == ["receive", "send"] or (len(names) == 3 and "start" in names[-1])  # noqa: PLR2004 - itself, the environment, and what begins an answer


def _is_none(node: ast.expr | None) -> bool:
    return node is None or (isinstance(node, ast.Constant) and node.value is None)
