"""Flask: what an application sets up for the monolith alone, so that no service does it again.

Tables and their migrations, commands, logs, work that begins by itself, and pages that an
administrator has for every table.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from mscli.migrate.apply.moving.flask.setup import SetUp, declared, names_in, set_up_by
from mscli.migrate.apply.moving.pieces.instead import MAKING
from mscli.migrate.walk.project.imports import meaning
from mscli.migrate.walk.project.index import FunctionNode, Project, expression_name, last_name
from mscli.migrate.walk.project.scopes import targets

PACKAGES = frozenset(
    ["alembic", "apscheduler", "click", "flask_admin", "flask_alembic", "flask_apscheduler",
     "flask_debugtoolbar", "flask_migrate", "flask_script", "flask_shell_ipython", "logging",
     "multiprocessing", "schedule", "threading"]
)  # fmt: skip
"""What these do, only the monolith has to do."""
FOLDERS = frozenset(["makedirs", "mkdir"])
LOGGING = frozenset(["addFilter", "addHandler", "removeHandler", "setLevel"])
OF_COMMANDS = frozenset(["cli", "shell_context_processor"])
BLOCKS = (ast.If, ast.With, ast.AsyncWith, ast.For, ast.Try, ast.While)
LeftOut = Mapping[str, Mapping[int, str]]
"""By file and line, what is left out, as code."""


@lru_cache(maxsize=4)
def left_out(project: Project) -> LeftOut:
    """The statements of functions that set an application up which a service has not."""
    found: dict[str, dict[int, str]] = {}
    for each in set_up_by(project):
        statements = _Function(project, each).left_out()
        top = set(each.scope.module.tree.body)
        statements = {node for node in statements if node not in top}
        if statements:
            into = found.setdefault(each.scope.module.file, {})
            into |= {node.lineno: _first_line(node) for node in statements}
    return found


@lru_cache(maxsize=4)
def left_at_top(project: Project) -> frozenset[tuple[str, int]]:
    """The file and line of statements at the top of a module that are for the monolith alone."""
    found = {
        (each.scope.module.file, node.lineno)
        for each in set_up_by(project)
        if isinstance(each.node, ast.Module)
        for node in _Function(project, each).left_out() | set(_starting(each.node))
    }
    making = ((m.file, n.lineno) for m in project.modules for n in m.tree.body if _makes_tables(n))
    return frozenset(found.union(making))


def _makes_tables(node: ast.stmt) -> bool:
    """Whether it does nothing but that, also with something around: `with app.app_context():`."""
    calls = [getattr(leaf, "value", None) for leaf in _leaves([node])]
    return all(isinstance(call, ast.Call) and last_name(call.func) in MAKING for call in calls)


def _starting(tree: ast.Module) -> Iterator[ast.stmt]:
    """What runs only where the module itself is started."""
    for node in tree.body:
        if isinstance(node, ast.If) and "__name__" in names_in(list(ast.walk(node.test))):
            yield node


def _first_line(node: ast.stmt) -> str:
    bare = ast.FunctionDef(node.name, node.args, [ast.Pass()], []) if _is_function(node) else node  # type: ignore[attr-defined]
    return ast.unparse(ast.fix_missing_locations(bare)).splitlines()[0].rstrip(":")


def _is_function(node: ast.stmt) -> bool:
    return isinstance(node, FunctionNode)


class _Function:
    def __init__(self, project: Project, each: SetUp) -> None:
        self.project = project
        self.scope = each.scope
        module = self.scope.module
        self.body = each.node.body
        imports = {n for n, of in self.scope.imports.items() if of != module.imports.get(n)}
        arguments = list(ast.walk(each.node.args)) if isinstance(each.node, FunctionNode) else []
        given = {part.arg for part in arguments if isinstance(part, ast.arg)}
        self.own = (self.scope.own.keys() | imports) - given
        self.gone: set[ast.stmt] = set()

    def left_out(self) -> set[ast.stmt]:
        """With what only those need: names of the function's own, imports, empty blocks."""
        self.gone = {node for node in _leaves(self.body) if self._is_left_out(node)}
        grown = -1
        while self.gone and grown != len(self.gone):
            grown = len(self.gone)
            self._leave_needless()
            self.gone |= {n for n in _blocks(self.body) if self._is_empty(n)}
        return self.gone

    def _is_empty(self, block: ast.stmt) -> bool:
        inner = [node for part in _bodies(block) for node in part]
        return all(node in self.gone or isinstance(node, ast.Pass) for node in inner)

    def _is_left_out(self, node: ast.stmt) -> bool:
        if isinstance(node, FunctionNode):
            return any(self._is_of_monolith(each) for each in node.decorator_list)
        value = getattr(node, "value", None)
        if isinstance(value, ast.Call) and _makes_place(value):
            return True
        return isinstance(value, ast.Call) and self._is_of_monolith(value.func)

    def _is_of_monolith(self, called: ast.expr) -> bool:
        name = expression_name(called)
        first, *rest = name.split(".")
        if not first:
            return False
        last = rest[-1] if rest else first
        if last in MAKING or not OF_COMMANDS.isdisjoint(rest):
            return True
        if last in LOGGING and "logger" in (first, *rest[:-1]):
            return True
        return self._package(first) in PACKAGES

    def _package(self, name: str) -> str:
        """The package that a name is from, or whose object or class it is."""
        value = self.scope.own.get(name)
        if name in self.scope.own:
            called = value.func if isinstance(value, ast.Call) else None
            return self._package_of(self.scope.meaning(called)) if called else ""
        means = self.scope.meaning(ast.Name(name))
        if declared(self.project, means) and self._package_of(means) == "logging":
            return ""  # a logger, which says something
        return self._package_of(means)

    def _package_of(self, dotted: str) -> str:
        place = declared(self.project, dotted)
        if place is None:
            return dotted.partition(".")[0]
        module, name = place
        if name in module.classes:
            bases = [expression_name(base) for base in module.classes[name].node.bases]
            found = [".".join(filter(None, module.imports.get(base, ()))) for base in bases]
            return next((each.partition(".")[0] for each in found if each), "")
        for node in module.tree.body:
            made = getattr(node, "value", None)
            named = [getattr(target, "id", "") for target in targets(node)]
            if name in named and isinstance(made, ast.Call):
                return self._package_of(meaning(module, expression_name(made.func)))
        return ""

    def _leave_needless(self) -> None:
        """What nothing but the statements that are left out asks for."""
        asked = names_in([part for node in self.gone for part in ast.walk(node)])
        for name in sorted(asked & self.own):
            about = [n for n in _leaves(self.body) if n not in self.gone and _mentions(n, name)]
            tests = [t for n in _blocks(self.body) if n not in self.gone for t in _tests(n)]
            is_asked = any(name in names_in(list(ast.walk(test))) for test in tests)
            if about and not is_asked and all(self._only_makes(node, name) for node in about):
                self.gone |= set(about)

    def _only_makes(self, node: ast.stmt, name: str) -> bool:
        """Whether a statement does nothing but make a name, or say something to what it names."""
        if isinstance(node, ast.Import | ast.ImportFrom):
            return len(node.names) == 1
        if isinstance(node, FunctionNode):
            return node.name == name and not node.decorator_list
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            return expression_name(node.value.func).startswith(f"{name}.")
        if isinstance(node, ast.Assign):
            called = getattr(node.value, "func", ast.Name(""))
            is_ours = declared(self.project, self.scope.meaning(called)) is not None
            return not is_ours and all(_root(target) == name for target in targets(node))
        return False


def _makes_place(call: ast.Call) -> bool:
    """Whether it makes the folder that the monolith has its own files in."""
    named = [part.attr for part in ast.walk(call) if isinstance(part, ast.Attribute)]
    return "instance_path" in named and last_name(call) in FOLDERS


def _leaves(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        if isinstance(node, BLOCKS):
            for inner in _bodies(node):
                yield from _leaves(inner)
        else:
            yield node


def _blocks(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        if isinstance(node, BLOCKS):
            for inner in _bodies(node):
                yield from _blocks(inner)
            yield node


def _bodies(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    for field in ("body", "orelse", "finalbody"):
        yield getattr(node, field, [])
    yield from (handler.body for handler in getattr(node, "handlers", []))


def _tests(node: ast.stmt) -> Iterator[ast.AST]:
    """What a block itself asks for: its condition, its context, what it goes through."""
    yield from (getattr(node, field) for field in ("test", "iter") if hasattr(node, field))
    yield from getattr(node, "items", [])


def _mentions(node: ast.stmt, name: str) -> bool:
    binds = (
        [alias.asname or alias.name for alias in getattr(node, "names", [])]
        if isinstance(node, ast.Import | ast.ImportFrom)
        else []
    )
    is_function = isinstance(node, FunctionNode) and node.name == name
    return name in binds or is_function or name in names_in(list(ast.walk(node)))


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
