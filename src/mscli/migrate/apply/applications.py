"""The applications of FastAPI, Starlette and Flask in a project: objects, and what makes them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from mscli.migrate.sources import Source, Sources
from mscli.migrate.walk.project.index import expression_name, last_name

APPLICATIONS = {"FastAPI": "asgi", "Starlette": "asgi", "Flask": "wsgi"}
SOURCE_ROOT = "src"
SERVED = frozenset(
    ["app", "application", "asgi", "main", "run", "server", "settings", "urls", "wsgi"]
)
"""What servers and Django are told to start by custom, also where another makes the application."""
OF_COMMANDS = frozenset(["cli", "command", "shell_context_processor"])
DECORATED = 2
"""The parts of `app.before_request`."""


@dataclass(frozen=True, slots=True)
class Application:
    """An application object, or a function that makes one; `kind` is wsgi or asgi."""

    module: str
    name: str
    kind: str
    file: str
    line: int
    is_factory: bool
    under_src: bool

    is_mounted: bool = False
    """Whether another one has it below a path."""
    is_of_a_script: bool = False
    """Whether its module, when it is loaded, reads a command line: a server has its own."""
    is_served: bool = False
    """Whether its module is called as what servers start, adds hooks to it, or runs it."""

    @property
    def rank(self) -> tuple[bool, bool, int, bool, bool, str]:
        """What nobody mounts first; objects before factories, and what is nearer to the top.

        Of those of one module servers take the one that is called `app`.
        """
        is_last = self.is_mounted or self.is_of_a_script
        is_named = self.name in ("app", "application")
        depth = self.module.count(".")
        return is_last, self.is_factory, depth, not self.is_served, not is_named, self.module


def applications(found: Sources) -> Iterator[Application]:
    """Every application object at the top of a module, and every function that makes one."""
    named = _named(found)
    mounted = set(_mounted(found, named))
    for application in _applications(found, named):
        is_mounted = (application.module, application.name) in mounted
        yield replace(application, is_mounted=is_mounted)


def completed(found: Sources, of: Application) -> Iterator[Application]:
    """The same application in modules that add to it (hooks, routes), and that nobody imports.

    A server starts such a module: without it, what it adds is not there.
    """
    named = _named(found)
    asked = {base for s in found.files for base, _ in _imported(s, named[s.path]).values()}
    asked |= {
        alias.name
        for source in found.files
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    for source in found.files:
        here = named[source.path]
        own = {n for n, at in _imported(source, here).items() if at == (of.module, of.name)}
        if not own or here in asked or of.is_factory or "." in here:
            continue
        for node in source.tree.body:
            added = [name for each in getattr(node, "decorator_list", []) for name in _whose(each)]
            if name := next((name for name in added if name in own), ""):
                line = node.lineno
                yield replace(of, module=here, name=name, file=source.path, line=line)
                break


def _whose(decorator: ast.expr) -> Iterator[str]:
    """The name of what a decorator is a method of; commands are none of a server's."""
    parts = expression_name(decorator).split(".")
    if len(parts) == DECORATED and parts[1] not in OF_COMMANDS:
        yield parts[0]


def _applications(found: Sources, named: Mapping[str, str]) -> Iterator[Application]:
    makers = {
        (named[source.path], node.name): kind
        for source in found.files
        for node in source.tree.body
        if isinstance(node, ast.FunctionDef) and (kind := _returned(node))
    }
    for source in found.files:
        module = named[source.path]
        here = _makers_in(source, module, makers)
        for node in source.tree.body:
            if (kind := _made_by(node, {**APPLICATIONS, **here})) and (name := _assigned(node)):
                made = _application_at(source.path, module, node, name, kind)
                is_served = module.rpartition(".")[2] in SERVED or _is_served(source, name)
                yield replace(made, is_of_a_script=_is_script(source), is_served=is_served)
            elif isinstance(node, ast.FunctionDef) and not _required(node) and node.name in here:
                kind = here[node.name]
                made = _application_at(source.path, module, node, node.name, kind)
                yield replace(made, is_factory=True)


def _is_served(source: Source, name: str) -> bool:
    """Whether hooks are added to an application where it is made, or `app.run()` is there."""
    added = (d for node in source.tree.body for d in getattr(node, "decorator_list", []))
    guarded = (n for each in source.tree.body if isinstance(each, ast.If) for n in ast.walk(each))
    runs = (n for n in guarded if isinstance(n, ast.Call))
    return any(name in _whose(each) for each in added) or any(
        expression_name(call) == f"{name}.run" for call in runs
    )


def _makers_in(
    source: Source, module: str, makers: Mapping[tuple[str, str], str]
) -> dict[str, str]:
    """Functions that make an application, by the names that a module has for them."""
    found = {name: kind for (where, name), kind in makers.items() if where == module}
    imported = _imported(source, module)
    return found | {name: makers[of] for name, of in imported.items() if of in makers}


def _imported(source: Source, module: str) -> dict[str, tuple[str, str]]:
    """The names that a module imports, with the module that each is from and its name there."""
    found: dict[str, tuple[str, str]] = {}
    package = module if source.path.endswith("__init__.py") else module.rpartition(".")[0]
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom):
            above = package.split(".")[: -(node.level - 1) or None] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            found |= {alias.asname or alias.name: (base, alias.name) for alias in node.names}
    return found


def _mounted(found: Sources, named: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What one application has below a path of its own: the module, and the name there."""
    for source in found.files:
        calls = [n for n in ast.walk(source.tree) if isinstance(n, ast.Call) and _mounts(n)]
        here = named[source.path]
        imported = _imported(source, here) if calls else {}
        for call in calls:
            for part in (*call.args[1:2], *(k.value for k in call.keywords if k.arg == "app")):
                first, _, rest = expression_name(part).partition(".")
                module, name = imported.get(first, (here, first))
                yield (f"{module}.{name}", rest) if rest else (module, name)


def _mounts(call: ast.Call) -> bool:
    return last_name(call.func) in ("mount", "Mount")


def _application_at(path: str, module: str, node: ast.stmt, name: str, kind: str) -> Application:
    under_src = path.startswith(f"{SOURCE_ROOT}/") and module.partition(".")[0] != SOURCE_ROOT
    return Application(module, name, kind, path, node.lineno, is_factory=False, under_src=under_src)


def _named(found: Sources) -> dict[str, str]:
    """The dotted name of each file: below `src`, unless that is a package by what is imported."""
    tops = {
        name.partition(".")[0]
        for source in found.files
        for node in ast.walk(source.tree)
        for name in _imports(node)
    }
    root = "" if SOURCE_ROOT in tops else SOURCE_ROOT
    return {source.path: module_of(source.path, root) for source in found.files}


def _imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""] if not node.level else []
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def module_of(path: str, root: str = SOURCE_ROOT) -> str:
    """The dotted name of a file, from the folder that it is imported from."""
    bare = path.removeprefix(f"{root}/").removesuffix(".py").removesuffix("/__init__")
    return bare.replace("/", ".")


def _is_script(source: Source) -> bool:
    """Whether the top of a module reads the command line, as what runs as `__main__` may."""
    parts = (n for each in source.tree.body if not isinstance(each, _LATER) for n in ast.walk(each))
    calls = (expression_name(part.func) for part in parts if isinstance(part, ast.Call))
    return any(name.endswith((".parse_args", ".parse_known_args")) for name in calls)


_LATER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.If)


def _made_by(node: ast.stmt, makers: Mapping[str, str] = APPLICATIONS) -> str:
    """The kind of application that a statement makes."""
    if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Call):
        return makers.get(last_name(node.value.func), "")
    return ""


def _assigned(node: ast.stmt) -> str:
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return next((target.id for target in targets if isinstance(target, ast.Name)), "")


def _required(function: ast.FunctionDef) -> int:
    return len(function.args.args) - len(function.args.defaults)


def _returned(function: ast.FunctionDef) -> str:
    """The kind of application that a function makes and returns."""
    statements = [node for node in ast.walk(function) if isinstance(node, ast.stmt)]
    made = {_assigned(node): kind for node in statements if (kind := _made_by(node))}
    returned = (n.value for n in statements if isinstance(n, ast.Return))
    names = (value.id for value in returned if isinstance(value, ast.Name))
    return next((made[name] for name in names if name in made), "")
