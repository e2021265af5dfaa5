"""Settings in pieces: what `include("base.py", "parts/*.py")` of django-split-settings takes in is
as what a star takes in.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mscli.migrate.walk.project.index import ModuleSymbol

TOOLS, INCLUDE = "split_settings.tools", "include"
UNKNOWN = f"{TOOLS}.{INCLUDE}"
"""The module that stands for one whose name only a run can say."""


def take_in(modules: Iterable[ModuleSymbol]) -> None:
    """Add the modules that others include to those that they take in by a star."""
    every = list(modules)
    for module in every:
        if module.imports.get(INCLUDE) == (TOOLS, INCLUDE):
            module.stars += _included(module, every)


def _included(module: ModuleSymbol, every: list[ModuleSymbol]) -> Iterator[str]:
    folder = module.file.rpartition("/")[0]
    for text in _texts(module):
        found = [m.name for m in every if text and fnmatch(m.file, f"{folder}/{text}".lstrip("/"))]
        yield from sorted(found) if text else [UNKNOWN]


def _texts(module: ModuleSymbol) -> Iterator[str]:
    """What each argument says: a path, maybe with stars; nothing, where no text says it."""
    for statement in module.tree.body:
        match statement:
            case ast.Expr(value=ast.Call(func=ast.Name(id=name), args=args)) if name == INCLUDE:
                for arg in args:
                    inner = arg.args[0] if isinstance(arg, ast.Call) and arg.args else arg
                    said = inner.value if isinstance(inner, ast.Constant) else ""
                    yield said if isinstance(said, str) else ""
