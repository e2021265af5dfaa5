"""Django: who is logged in. Users and sessions stay where they are, and a service asks there."""

from __future__ import annotations

import itertools
from collections.abc import Set

from mscli.migrate.apply.moving.django.settings.caches import is_local
from mscli.migrate.apply.moving.django.settings.settings import Settings
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.pieces.pieces import Piece
from mscli.migrate.store import SHARED

USERS = "auth.User"
APPS = {
    "django.contrib.auth": "auth",
    "django.contrib.contenttypes": "contenttypes",
    "django.contrib.sessions": "sessions",
    "rest_framework.authtoken": "authtoken",
}
"""Applications whose tables say who somebody is and what he may do, and their labels."""
OTHERS = ("django.contrib.flatpages", "django.contrib.redirects", "django.contrib.sites")
SESSIONS = "django.contrib.sessions.middleware.SessionMiddleware"
MIDDLEWARE = (
    SESSIONS,
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.RemoteUserMiddleware",
)
ADMIN = {"django.contrib.admin": "django.contrib.admin.apps.SimpleAdminConfig"}
"""Its pages stay; its log has keys to users, which go when a user goes."""
OF_A_REQUEST = frozenset(["user", "session"])
OF_THE_KEY = frozenset(["id", "pk", "isnull", "exact"])
"""Look-ups that the key's own column answers."""
ELSEWHERE = ("cache", "file")
"""Stores of sessions that no other process can read by the database."""


def can_ask(settings: Settings) -> bool:
    """Whether users are Django's own, and sessions where another process finds them.

    On the shared database a model of one's own is as good.
    """
    values = settings.values
    engine = str(values.get("SESSION_ENGINE", ""))
    return (
        "django.contrib.auth" in settings.listed("INSTALLED_APPS")
        and (settings.store == SHARED or values.get("AUTH_USER_MODEL", USERS) == USERS)
        and not (engine.endswith(ELSEWHERE) and not _is_shared(settings, engine))
    )


def _is_shared(settings: Settings, engine: str) -> bool:
    """Whether sessions are in a cache that several processes ask, the service among them."""
    return engine.endswith("cache") and settings.store == SHARED and not is_local(settings)


def is_of_identity(table: str) -> bool:
    """Whether a table of the framework's is of one of these applications."""
    whole = ("django_content_type", "django_session")
    return table in whole or table.startswith(("auth_", "authtoken_"))


def asks(closure: Closure, pieces: list[Piece]) -> bool:
    """Whether code asks who somebody is: by a request, by a model, or by REST framework."""
    if "rest_framework" in closure.packages:
        return True
    if any(used.name.startswith(tuple(APPS)) for used in closure.outside):
        return True
    chains = (chain.split(".") for piece in pieces for chain in piece.attributes)
    return any(
        one == "request" and two in OF_A_REQUEST
        for chain in chains
        for one, two in itertools.pairwise(chain)
    )


def apps_of(settings: Settings) -> tuple[str, ...]:
    """Those of these applications that the project installs, in its order."""
    return tuple(str(name) for name in settings.listed("INSTALLED_APPS") if name in APPS)


def shared_apps(settings: Settings) -> dict[str, str]:
    """Those of Django's that have tables in the shared database, and how they are installed."""
    kept = {**ADMIN, **{name: name for name in (*APPS, *OTHERS)}}
    listed = settings.listed("INSTALLED_APPS")
    return {name: installed for name, installed in kept.items() if name in listed}


def joined(piece: Piece, keys: Set[str]) -> list[str]:
    """Keys to users over which code asks for columns of theirs: that would be one query of both."""
    named = {*piece.keywords, *(text.lstrip("-") for text in piece.texts)}
    found = {name for text in named for name in _crossed(text.split("__"))}
    if None in piece.selected:
        return sorted(keys)
    selected = {name for text in piece.selected if text for name in text.split("__")}
    return sorted(keys & (found | selected))


def _crossed(parts: list[str]) -> list[str]:
    """The relations that a look-up joins: `loan`, `reader` of `loan__reader__name`."""
    return [one for one, two in itertools.pairwise(parts) if two not in OF_THE_KEY]
