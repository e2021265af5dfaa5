"""Django's caches: which code may ask them in another process than the monolith's.

One that several processes share has what the monolith has put there, and the other way round. So
classes have the names in it that they have in the monolith. One of a process is each side's own.
"""

from __future__ import annotations

from mscli.migrate.apply.moving.closed import Closure
from mscli.migrate.apply.moving.django.settings import Settings, texts
from mscli.migrate.apply.moving.renaming import Home
from mscli.migrate.store import SHARED
from mscli.migrate.walk.index import Project

CACHE = "django.core.cache"
OF_A_PROCESS = ("dummy.DummyCache", "locmem.LocMemCache")
"""Caches that no other process can read."""


def is_local(settings: Settings) -> bool:
    """Whether each process has a cache of its own."""
    found = settings.values.get("CACHES", {})
    named = [text for text in texts(found) if text.startswith(f"{CACHE}.backends")]
    if "CACHES" in settings.computed or not isinstance(found, dict):
        return False
    return len(named) == len(found) and all(name.endswith(OF_A_PROCESS) for name in named)


def may_ask(settings: Settings) -> bool:
    """Whether a service may ask the monolith's: it has its rows, and so what was made of them."""
    return settings.store == SHARED or is_local(settings)


def names_in(home: Home, closure: Closure, project: Project, settings: Settings) -> dict[str, str]:
    """The modules of what may be in a cache that is shared, by the names that they had."""
    if is_local(settings) or not any(used.name.startswith(CACHE) for used in closure.outside):
        return {}
    modules = [module.name for module in project.modules if module.file in closure.pieces]
    found: dict[str, str] = {}
    for name in modules:
        old, new = name, home.module(name)
        while old and new.count(".") > 0:
            found.setdefault(old, new)
            old, new = old.rpartition(".")[0], new.rpartition(".")[0]
    return found
