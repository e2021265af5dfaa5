"""What keys of a configuration are set to, wherever the monolith's code does it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from mscli.migrate.walk.project.index import ModuleSymbol, Project
from mscli.migrate.walk.project.scopes import targets

Setting = tuple[ast.expr, ModuleSymbol]
"""A value, and the module that sets it."""


def configured(project: Project, key: str) -> Sequence[Setting]:
    """Every value of a key: of a class or module, of a mapping, or given by its name."""
    return _every(project).get(key, ())


@lru_cache(maxsize=4)
def _every(project: Project) -> Mapping[str, Sequence[Setting]]:
    found: dict[str, list[Setting]] = {}
    for module in project.modules:
        for node in ast.walk(module.tree):
            for key, value in _set_by(node):
                if key.isupper():
                    found.setdefault(key, []).append((value, module))
    return found


def _set_by(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.Assign() | ast.AnnAssign():
            for target in targets(node) if node.value is not None else ():
                yield _named(target), node.value  # type: ignore[misc]
        case ast.keyword(arg=str(key), value=value):
            yield key, value
        case ast.Dict(keys=keys, values=values):
            for each, value in zip(keys, values, strict=True):
                yield str(getattr(each, "value", "")), value


def _named(target: ast.expr) -> str:
    """`UPLOADS`, `app.config["UPLOADS"]`."""
    match target:
        case ast.Name(id=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(key))):
            return key
    return ""
