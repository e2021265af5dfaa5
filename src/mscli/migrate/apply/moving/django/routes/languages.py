"""Django: URLs that begin with a language, and folders of catalogues that nobody knows."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mscli.migrate.apply.moving.django.files.catalogues import named_folders
from mscli.migrate.apply.moving.django.settings.settings import Settings
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.pieces.patterns import BY_LANGUAGE
from mscli.migrate.facts import RouteFact
from mscli.migrate.paths import LANGUAGE
from mscli.migrate.walk.project.index import ModuleSymbol, Project, last_name

TRANSLATES = "django.utils.translation"
OTHERS = "others"


@lru_cache(maxsize=1)
def by_language(project: Project) -> dict[str, list[range]]:
    """Lines of modules with URLs that begin with a language; included modules are so as a whole."""
    found: dict[str, list[range]] = {}
    rest: list[str] = []
    for module in project.modules:
        for node in ast.walk(module.tree) if "urlpatterns" in module.assigned else ():
            if isinstance(node, ast.Call) and last_name(node) == BY_LANGUAGE:
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
        if isinstance(node, ast.Call) and last_name(node) == "include" and node.args:
            what = node.args[0]
            if isinstance(what, ast.Tuple | ast.List) and what.elts:
                what = what.elts[0]
            if isinstance(what, ast.Constant):
                yield str(what.value)
            elif isinstance(what, ast.Name) and what.id in module.imports:
                yield ".".join(filter(None, module.imports[what.id]))


@dataclass(frozen=True, slots=True)
class Languages:
    """What is known of URLs that begin with a language."""

    lines: Mapping[str, Sequence[range]]
    """Where they are, by the names of modules."""
    kind: str = "all"
    """`others`, where that of the default language is left out."""

    def begins(self, route: RouteFact, module: ModuleSymbol) -> str:
        """How the path of a route begins with a language; empty if it does not."""
        is_in = any(route.evidence.line in lines for lines in self.lines.get(module.name, ()))
        is_named = route.path.startswith(f"/{LANGUAGE}/")
        return self.kind if is_in and (is_named or self.kind == OTHERS) else ""


def languages_of(project: Project) -> Languages:
    """Of a whole project: Django has one list of such URLs."""
    calls = (
        node
        for module in project.modules
        for node in (ast.walk(module.tree) if "urlpatterns" in module.assigned else ())
        if isinstance(node, ast.Call) and last_name(node) == BY_LANGUAGE
    )
    left_out = [
        keyword
        for call in calls
        for keyword in call.keywords
        if keyword.arg == "prefix_default_language"
        and isinstance(keyword.value, ast.Constant)
        and keyword.value.value is False
    ]
    return Languages(by_language(project), OTHERS if left_out else "all")


def against_language(settings: Settings, closure: Closure, models: Closure) -> Iterator[str]:
    """Why answers would be in another language."""
    if named_folders(settings) is None:
        for used in sorted(closure.outside - models.outside):
            if used.name.startswith(TRANSLATES):
                yield f"which folders `settings.LOCALE_PATHS` has is not known ({used.where})"
