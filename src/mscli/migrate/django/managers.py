"""Managers of Django's models, and the project's classes behind them."""

from __future__ import annotations

from mscli.migrate.walk.index import ClassSymbol
from mscli.migrate.walk.values import Atom, Made, Member, Object, Type

MANAGER, FRAMEWORK = "Manager", "django."


def is_manager(made: Made) -> bool:
    """Django's own manager, or one that comes with it: `CurrentSiteManager()`."""
    return made.name.startswith(FRAMEWORK) and made.name.endswith(MANAGER)


def manager_classes(atom: Atom) -> tuple[ClassSymbol, ...]:
    """The project's classes behind `XManager()`, `X.as_manager()`, `M.from_queryset(X)()`."""
    if isinstance(atom, Type | Object):
        return (atom.cls,)
    if isinstance(atom, Member):
        return manager_classes(atom.of)
    found: list[ClassSymbol] = []
    if isinstance(atom, Made):
        for arg in atom.args:
            for part in arg:
                if isinstance(part, Type):
                    found.append(part.cls)
    return tuple(found)
