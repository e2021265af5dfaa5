"""Code that finds a module, or files beside it, by a name that is text: a moved one has another."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache

from mscli.migrate.walk.project.index import ModuleSymbol, Project, expression_name, last_name

FINDS = frozenset(
    ["PackageLoader", "__import__", "files", "get_data", "import_module", "import_string",
     "open_binary", "open_text", "read_binary", "read_text", "resource_filename",
     "resource_listdir", "resource_stream", "resource_string"]
)  # fmt: skip
FROM_OBJECT = "from_object"
MAKERS = frozenset(["exec", "globals", "setattr", "vars"])
"""What may give a module names that no statement of it shows."""
EVERY = frozenset(f"sys.modules.{method}" for method in ("copy", "items", "keys", "values"))
"""All modules that there are, to look for some by their names."""
ITS_OWN = frozenset(["__name__", "__package__"])


@lru_cache(maxsize=1 << 14)
def found_by_text(body: tuple[ast.stmt, ...], project: Project) -> tuple[str, ...]:
    """Each call of a piece that names a module of the project so, as code."""
    return tuple(_found(body, project))


def _found(body: Iterable[ast.stmt], project: Project) -> Iterator[str]:
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Attribute) and expression_name(node) in EVERY:
                yield expression_name(node)
            if not isinstance(node, ast.Call) or not node.args:
                continue
            last = last_name(node.func)
            if last in FINDS and _is_ours(node.args[0], project):
                yield f"{last}({ast.unparse(node.args[0])})"


@lru_cache(maxsize=1 << 14)
def objects_in(body: tuple[ast.stmt, ...]) -> tuple[str, ...]:
    """What a configuration is read from by its name: `from_object("shop.Config")`."""
    return tuple(_objects(body))


def _objects(body: Iterable[ast.stmt]) -> Iterator[str]:
    for node in (part for statement in body for part in ast.walk(statement)):
        match node:
            case ast.Call(
                func=ast.Attribute(attr=called), args=[ast.Constant(value=str(named)), *_]
            ) if called == FROM_OBJECT:
                yield named


def _is_ours(named: ast.expr, project: Project) -> bool:
    if isinstance(named, ast.Name):
        return named.id in ITS_OWN
    text = named.value if isinstance(named, ast.Constant) else None
    if not isinstance(text, str) or not text:
        return False
    return any(project.module(each) is not None for each in (text, text.rpartition(".")[0]) if each)


@lru_cache(maxsize=1 << 12)
def makes_names(module: ModuleSymbol) -> bool:
    """Whether a module may have names that no statement of it shows."""
    names = {node.id for node in ast.walk(module.tree) if isinstance(node, ast.Name)}
    return "__getattr__" in module.functions or not names.isdisjoint(MAKERS)
