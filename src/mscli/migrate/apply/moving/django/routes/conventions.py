"""Modules that packages look for in every application, by their names: nobody else imports them.

Such as `translation.py`, `search_indexes.py` and `wagtail_hooks.py`. So it is with an application
that takes the place of a package's: what the package loads by name it takes from there first.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from mscli.migrate.apply.moving.django.settings.apps import App
from mscli.migrate.apply.moving.django.settings.packages import WITHOUT_TABLES, top
from mscli.migrate.apply.moving.django.settings.settings import Settings
from mscli.migrate.store import SHARED
from mscli.migrate.walk.project.imports import absolute
from mscli.migrate.walk.project.index import ModuleSymbol, Project, expression_name

KNOWN = frozenset(
    ["admin", "apps", "conftest", "factories", "management", "migrations", "tasks", "templatetags",
     "tests", "urls"]
)  # fmt: skip
"""Who imports these is known, or nobody does for a request."""


@dataclass(frozen=True, slots=True)
class Convention:
    """A module of an application's, and the package that looks for it."""

    app: App
    module: ModuleSymbol
    package: str


def conventions(project: Project, settings: Settings) -> tuple[Convention, ...]:
    """All that there are, on the monolith's database: there the package is, too."""
    if settings.store != SHARED:
        return ()
    looking = settings.installed - WITHOUT_TABLES - {"django"}
    looking -= {top(module.name) for module in project.modules}
    apps = {app.package: app for app in settings.apps}
    found = []
    for module in project.modules if looking else ():
        app = apps.get(module.name.rpartition(".")[0])
        if app is None or module.name.rpartition(".")[2] in KNOWN:
            continue
        instead = _instead_of(app, project)
        for package in sorted(looking & _tops(module)):
            if package == instead or (not instead and module.name not in _named(project)):
                found.append(Convention(app, module, package))
    return tuple(found)


def _instead_of(app: App, project: Project) -> str:
    """The package whose application it takes the place of, as its configuration says."""
    above, _, name = app.cls.rpartition(".")
    home = project.module(above)
    cls = home.classes.get(name) if home else None
    for base in cls.node.bases if home and cls else ():
        first = expression_name(base).partition(".")[0]
        target = home.imports.get(first, ("",))[0] if home else ""
        if target and top(target) != "django" and project.module(top(target)) is None:
            return top(target)
    return ""


def takes_the_place(app: App, project: Project) -> bool:
    """Whether an application is another of a package's, by the label that that one has."""
    return bool(_instead_of(app, project))


def _tops(module: ModuleSymbol) -> set[str]:
    return {top(target) for target in _imported(module)}


def _imported(module: ModuleSymbol) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            target = absolute(module, node.module or "", node.level)
            yield from (target, *(f"{target}.{alias.name}" for alias in node.names))


@lru_cache(maxsize=2)
def _named(project: Project) -> frozenset[str]:
    """What modules of the project are imported as, or are called in texts, and all above that."""
    found: set[str] = set()
    for module in project.modules:
        texts = (n.value for n in ast.walk(module.tree) if isinstance(n, ast.Constant))
        names = [*_imported(module), *(t for t in texts if isinstance(t, str) and "." in t)]
        for name in names:
            parts = name.split(".")
            found |= {".".join(parts[:end]) for end in range(1, len(parts) + 1)}
    return frozenset(found)
