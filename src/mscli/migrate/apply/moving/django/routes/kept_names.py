"""Modules that a service knows by the names that they have in the monolith, too.

A session says by the name of a class how somebody logged in, and in a cache that is shared are
objects of classes; a package may keep rows by what the module is called that they are for. Both
sides of the gateway read them, so these names stay what they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mscli.migrate.apply.moving.django.settings.caches import CACHE, is_local
from mscli.migrate.apply.moving.django.settings.settings import Settings
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.needs.renaming import Home
from mscli.migrate.apply.moving.pieces.pieces import Piece

SETTING = "AUTHENTICATION_BACKENDS"
BY_MODULES = frozenset(["dbsettings.Group"])
"""What keeps in a table what the module of its user is called."""


def kept_names(
    home: Home, closure: Closure, closing: Closing, settings: Settings
) -> dict[str, str]:
    """The name that each of them has in the monolith, and its new one."""
    in_sessions = _in_sessions(home, closure, closing, settings)
    is_every = _may_be_in_caches(closure, settings) or any(by_modules(closure))
    return (_every(home, closure, closing) if is_every else {}) | in_sessions


def by_modules(closure: Closure) -> Iterator[str]:
    """What of packages code uses that finds rows by the name of a module, and where."""
    for used in sorted(closure.outside):
        name = f"{used.name}.{used.attribute}".rstrip(".")
        if name in BY_MODULES:
            yield f"`{name}` finds its rows by the name of a module ({used.where})"


def texts_kept(pieces: Iterable[Piece]) -> set[str]:
    """The texts of a module of settings that a session may have."""
    return {text for piece in pieces if SETTING in piece.binds for text in piece.texts}


def _in_sessions(
    home: Home, closure: Closure, closing: Closing, settings: Settings
) -> dict[str, str]:
    pieces = [p for m, p in closing.kept(closure) if m.name in settings.modules]
    found = {}
    for text in sorted(texts_kept(pieces)):
        place = closing.find(text)
        if place is not None:
            found[text.rpartition(".")[0]] = home.module(place[0].name)
    return found


def _may_be_in_caches(closure: Closure, settings: Settings) -> bool:
    uses = any(used.name.startswith(CACHE) for used in closure.outside)
    return uses and not is_local(settings)


def _every(home: Home, closure: Closure, closing: Closing) -> dict[str, str]:
    """All that move, and the packages that they are in."""
    found: dict[str, str] = {}
    for module in closing.project.modules:
        old, new = module.name, home.module(module.name)
        while module.file in closure.pieces and old and new.count(".") > 0:
            found.setdefault(old, new)
            old, new = old.rpartition(".")[0], new.rpartition(".")[0]
    return found
