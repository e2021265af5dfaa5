"""Classes of packages that Django's settings name, and nobody imports."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set

from mscli.migrate.apply.moving.django.settings.families import needed
from mscli.migrate.apply.moving.django.settings.packages import top
from mscli.migrate.apply.moving.django.settings.settings import Settings, texts
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.needs.closure import Closing

DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")
NAMING = frozenset(
    ["AUTHENTICATION_BACKENDS", "CACHES", "DEFAULT_FILE_STORAGE", "EMAIL_BACKEND",
     "REST_FRAMEWORK", "STATICFILES_STORAGE", "STORAGES"]
)  # fmt: skip
NEEDED = {
    "django.core.cache.backends.memcached.PyLibMCCache": "pylibmc",
    "django.core.cache.backends.memcached.PyMemcacheCache": "pymemcache",
    "django.core.cache.backends.redis.RedisCache": "redis",
}
STATIC = "staticfiles"
"""The storage of files that nobody uploads; they are the monolith's."""


def named_by(settings: Settings, closure: Closure, closing: Closing) -> dict[str, tuple[str, str]]:
    """What those that the closure needs name of packages: the setting, and the package."""
    found: dict[str, tuple[str, str]] = {}
    for name in NAMING & set(needed(settings.values, closure, settings.families)):
        value = settings.values[name]
        if isinstance(value, dict) and not settings.names_static_files:
            value = {key: part for key, part in value.items() if key != STATIC}
        found |= {text: (name, _package(text)) for text in texts(value)}
    for module, piece in closing.kept(closure):
        for name in NAMING & piece.binds if module.name in settings.modules else ():
            found |= {t: (name, _package(t)) for t in piece.texts if closing.find(t) is None}
    said = {text: found[text] for text in sorted(found) if DOTTED.fullmatch(text)}
    ours = {top(app.package) for app in settings.apps}
    return {text: where for text, where in said.items() if where[1] not in ours}


def _package(text: str) -> str:
    """Whose a class is; of Django's own caches what they need."""
    return NEEDED.get(text, top(text))


def against_named(named: Mapping[str, tuple[str, str]], without: Set[str]) -> Iterator[str]:
    """Applications of packages that are named so, and that no service installs."""
    for text, (name, package) in named.items():
        if package in without:
            yield f"`settings.{name}` names `{text}` of a package that is not moved"
