"""Django: URLs that begin with a language, and texts that the monolith's catalogues translate."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from mscli.migrate.apply.moving.closed import Closure
from mscli.migrate.apply.moving.django.catalogues import named_folders
from mscli.migrate.apply.moving.django.settings import Settings
from mscli.migrate.apply.moving.placing import Placed
from mscli.migrate.walk.index import ModuleSymbol, Project, expression_name

TRANSLATES = "django.utils.translation"


@lru_cache(maxsize=1)
def by_language(project: Project) -> dict[str, list[range]]:
    """Lines of modules with URLs that begin with a language; included modules are so as a whole."""
    found: dict[str, list[range]] = {}
    rest: list[str] = []
    for module in project.modules:
        for node in ast.walk(module.tree) if "urlpatterns" in module.assigned else ():
            if isinstance(node, ast.Call) and _last(node) == "i18n_patterns":
                lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
                found.setdefault(module.name, []).append(lines)
                rest += _included(node, module)
    while rest:
        included = project.module(rest.pop())
        if included is not None and not any(0 in lines for lines in found.get(included.name, ())):
            found.setdefault(included.name, []).append(range(1 << 30))
            rest += _included(included.tree, included)
    return found


def _included(tree: ast.AST, module: ModuleSymbol) -> Iterator[str]:
    """The modules that `include("shop.urls")`, `include((urls, "shop"))` take in."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _last(node) == "include" and node.args:
            what = node.args[0]
            if isinstance(what, ast.Tuple | ast.List) and what.elts:
                what = what.elts[0]
            if isinstance(what, ast.Constant):
                yield str(what.value)
            elif isinstance(what, ast.Name) and what.id in module.imports:
                yield ".".join(filter(None, module.imports[what.id]))


def against_language(
    project: Project, settings: Settings, closure: Closure, models: Closure, placed: Placed | None
) -> Iterator[str]:
    """Why answers would be in another language."""
    for module, piece in placed.statements if placed else ():
        line = placed.line if placed and placed.line else piece.first
        if any(line in lines for lines in by_language(project).get(module.name, ())):
            yield f"its URL begins with a language ({module.file}:{line})"
    if named_folders(settings) is None:
        for used in sorted(closure.outside - models.outside):
            if used.name.startswith(TRANSLATES):
                yield f"which folders `settings.LOCALE_PATHS` has is not known ({used.where})"


def _last(call: ast.Call) -> str:
    return expression_name(call.func).rpartition(".")[2]
