"""Django's caches: which code may ask them in another process than the monolith's.

One that several processes share has what the monolith has put there, and the other way round. One
of a process is each side's own.
"""

from __future__ import annotations

from mscli.migrate.apply.moving.django.settings.settings import Settings, texts
from mscli.migrate.store import SHARED

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
