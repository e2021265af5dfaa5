"""Flask: the functions that set an application up, and how the monolith calls the first of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import lru_cache

from mscli.migrate.apply.applications import OF_COMMANDS, applications
from mscli.migrate.apply.moving.pieces.scopes import Owner, Scope, scopes
from mscli.migrate.walk.project.imports import meaning
from mscli.migrate.walk.project.index import FunctionNode, ModuleSymbol, Project, expression_name
from mscli.migrate.walk.project.scopes import targets

MAKER = "flask.Flask"
FURTHEST = 20


@dataclass(frozen=True, slots=True, eq=False)
class SetUp:
    """A function that makes an application or is given one, and its own names for that.

    Or a module that makes one at its top.
    """

    scope: Scope
    node: Owner
    names: frozenset[str]

    @property
    def place(self) -> tuple[str, int]:
        """Its file and line; 0 for a module."""
        return self.scope.module.file, self.scope.owner_line


@dataclass(frozen=True, slots=True)
class Entry:
    """How the application is made: a call, or the name of the function that makes it."""

    scope: Scope
    call: ast.expr
    where: str


@lru_cache(maxsize=4)
def set_up_by(project: Project) -> tuple[SetUp, ...]:
    """Functions that make an application, and those that they hand it on to."""
    known = {
        (module.file, scope.owner_line): scope
        for module in project.modules
        if _may_set_up(module)
        for scope in scopes(module)
    }
    rest = [each for scope in known.values() if (each := _making(project, scope))]
    found = {each.place: each for each in rest}
    while rest:
        for module, node, name in _handed_on(project, rest.pop()):
            scope = known.get((module.file, node.lineno)) or _scope_of(module, node)
            before = found.get((module.file, node.lineno))
            names = frozenset([name]) | (before.names if before else frozenset())
            if scope is not None and (before is None or names != before.names):
                each = SetUp(scope, node, names)
                found[each.place] = each
                rest.append(each)
    return tuple(sorted(found.values(), key=lambda each: each.place))


def _may_set_up(module: ModuleSymbol) -> bool:
    return any(
        isinstance(node, ast.ImportFrom | ast.Import)
        and any("flask" in str(name).lower() for name in _imported(node))
        for node in ast.walk(module.tree)
    )


def _imported(node: ast.ImportFrom | ast.Import) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [alias.name for alias in node.names]


def _scope_of(module: ModuleSymbol, node: FunctionNode) -> Scope | None:
    return next((scope for scope in scopes(module) if scope.owner is node), None)


def _making(project: Project, scope: Scope) -> SetUp | None:
    """The function or module, if it makes an application and has a name for it."""
    names = frozenset(
        name for name, call in _calls(scope) if makes_application(project, call, scope)
    )
    return SetUp(scope, scope.owner, names) if names else None


def _calls(scope: Scope) -> Iterator[tuple[str, ast.Call]]:
    """The names that a scope binds to what one call makes."""
    bound = scope.own.items()
    if isinstance(scope.owner, ast.Module):
        bound = _assigned(scope.owner).items()
    for name, value in bound:
        if isinstance(value, ast.Call):
            yield name, value


def _assigned(tree: ast.Module) -> dict[str, ast.expr | None]:
    every = [node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
    pairs = [(getattr(target, "id", ""), node.value) for node in every for target in targets(node)]
    return {name: value for name, value in pairs if name}


def making(project: Project) -> Iterator[tuple[Scope, ast.Call]]:
    """Every call that makes an application, and where it stands."""
    for each in set_up_by(project):
        for _, call in _calls(each.scope):
            if makes_application(project, call, each.scope):
                yield each.scope, call


def makes_application(project: Project, call: ast.Call, scope: Scope) -> bool:
    """Whether a call makes an application of Flask's, or of a class that extends it."""
    meaning = scope.meaning(call.func)
    place = declared(project, meaning) if meaning != MAKER else None
    if place is None:
        return meaning == MAKER
    cls = place[0].classes.get(place[1])
    bases = [expression_name(base) for base in cls.node.bases] if cls else []
    return any(".".join(filter(None, place[0].imports.get(b, ()))) == MAKER for b in bases)


def _handed_on(project: Project, each: SetUp) -> Iterator[tuple[ModuleSymbol, FunctionNode, str]]:
    """Functions of the project that it calls with the application, and their name for it."""
    for call in (node for node in own_nodes(each.node) if isinstance(node, ast.Call)):
        place = declared(project, each.scope.meaning(call.func))
        function = place[0].functions.get(place[1]) if place else None
        if place is None or function is None or not isinstance(function.node, FunctionNode):
            continue
        arguments = function.node.args
        names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
        given = [*zip(names, call.args, strict=False)]
        given += [(keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg]
        for name, value in given:
            if isinstance(value, ast.Name) and value.id in each.names:
                yield place[0], function.node, name


def own_nodes(owner: Owner) -> Iterator[ast.AST]:
    """What is in a function; of a module what is in none of its functions and classes."""
    if not isinstance(owner, ast.Module):
        yield from ast.walk(owner)
        return
    for node in owner.body:
        if not isinstance(node, FunctionNode | ast.ClassDef):
            yield from ast.walk(node)


def declared(project: Project, dotted: str) -> tuple[ModuleSymbol, str] | None:
    """The module that declares a symbol at its top, and its name there."""
    for _ in range(FURTHEST):
        module_name, _, name = dotted.rpartition(".")
        module = project.module(module_name) if module_name else None
        if module is None:
            return None
        if name in module.functions or name in module.classes or name in module.assigned:
            return module, name
        step = module.imports.get(name)
        if step is None:
            return None
        dotted = ".".join(filter(None, step))
    return None


def entry_of(project: Project) -> Entry | None:
    """How the monolith makes its application, as what starts it does: by a call, or at a top."""
    every = [app for app in applications(project.sources) if app.kind == "wsgi"]
    places = {each.place for each in set_up_by(project)}
    for app in sorted(every, key=lambda each: each.rank)[:1]:
        module = next(m for m in project.modules if m.file == app.file)
        scope = next(scopes(module))
        if app.is_factory:
            call: ast.expr = ast.Call(ast.Name(app.name), [], [])
        else:
            node = next(n for n in module.tree.body if n.lineno == app.line)
            call = getattr(node, "value", ast.Constant(None))
        if isinstance(call, ast.Call) and makes_application(project, call, scope):
            return Entry(scope, ast.Name(app.name), f"{app.file}:{app.line}")
        place = declared(project, scope.meaning(getattr(call, "func", call)))
        function = place[0].functions.get(place[1]) if place else None
        if place and function and (place[0].file, function.node.lineno) in places:
            is_added_to = f"{module.name}.{app.name}" in _added_to(project)
            made = ast.Name(app.name) if is_added_to and not app.is_factory else call
            return Entry(scope, made, f"{app.file}:{app.line}")
    return None


def _added_to(project: Project) -> set[str]:
    """What functions at the top of modules are hooks of, by what decorates them."""
    return {
        meaning(module, first)
        for module in project.modules
        for node in module.tree.body
        for decorator in getattr(node, "decorator_list", ())
        for first, *rest in [expression_name(decorator).split(".")]
        if rest and OF_COMMANDS.isdisjoint(rest)
    }


def names_in(nodes: Iterator[ast.AST] | list[ast.AST]) -> Set[str]:
    """The names that are read in nodes."""
    return {node.id for node in nodes if isinstance(node, ast.Name)}
