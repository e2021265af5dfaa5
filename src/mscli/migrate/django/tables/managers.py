"""Managers of Django's models, and the project's classes behind them."""

from __future__ import annotations

from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.values.values import Atom, Made, Member, Object, Type

MANAGER, FRAMEWORK = "Manager", "django."


def is_manager(made: Made) -> bool:
    """Django's own manager, or one that comes with it: `CurrentSiteManager()`."""
    return made.name.startswith(FRAMEWORK) and made.name.endswith(MANAGER)


def manager_classes(atom: Atom) -> tuple[ClassSymbol, ...]:
    """The project's classes behind `XManager()`, `X.as_manager()`, `M.from_queryset(X)()`, and what
    a package makes of them: `ScopedManager(_manager_class=X)`.
    """
    if isinstance(atom, Type | Object):
        return (atom.cls,)
    if isinstance(atom, Member):
        return manager_classes(atom.of)
    if not isinstance(atom, Made):
        return ()
    parts = (part for arg in atom.given for part in arg if isinstance(part, Type | Made))
    return tuple(cls for part in parts for cls in manager_classes(part))
