"""What an application of Django's sets up in packages when it is ready."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from mscli.migrate.apply.moving.closed import Closure
from mscli.migrate.apply.moving.closure import Closing
from mscli.migrate.apply.moving.django.settings import Settings
from mscli.migrate.walk.index import ModuleSymbol, bind_import, expression_name


@dataclass(frozen=True, slots=True)
class Starting:
    """A configuration, and the packages that it sets up; imports and signals are no part of it."""

    symbol: str
    packages: frozenset[str]
    where: str


def starting(closing: Closing, settings: Settings) -> list[Starting]:
    """Those of the project's applications that set something up."""
    found = []
    for app in settings.apps:
        place = closing.find(app.cls) if app.cls else None
        cls = place[0].classes.get(place[1]) if place else None
        for node in cls.node.body if cls else ():
            if place and isinstance(node, ast.FunctionDef) and node.name == "ready":
                packages = frozenset(_packages(node, place[0], closing))
                where = f"{place[0].file}:{node.lineno}"
                found += [Starting(app.cls, packages, where)] if packages else []
    return found


def _packages(ready: ast.FunctionDef, module: ModuleSymbol, closing: Closing) -> Iterator[str]:
    names = dict(module.imports)
    for node in ast.walk(ready):
        if isinstance(node, ast.stmt):
            bind_import(module, node, names)
    for node in ast.walk(ready):
        called = expression_name(node.func) if isinstance(node, ast.Call) else ""
        target = names.get(called.partition(".")[0], ("", ""))[0]
        top = target.partition(".")[0]
        is_ours = closing.project.module(target) or closing.project.module(top)
        if top and top != "django" and not is_ours and top not in sys.stdlib_module_names:
            yield top


def needed_by(closure: Closure, every: list[Starting]) -> list[Starting]:
    """Those without which what a closure uses of a package is not as it was."""
    return [one for one in every if one.packages & closure.packages]
