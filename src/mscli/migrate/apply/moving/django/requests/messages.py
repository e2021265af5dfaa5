"""Django's messages: shown by the next page, and kept in a signed cookie or in the session."""

from __future__ import annotations

from mscli.migrate.apply.moving.django.requests.identity import can_ask
from mscli.migrate.apply.moving.django.settings.settings import Settings
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.pages.told import Pages

APP = "django.contrib.messages"
MIDDLEWARE = f"{APP}.middleware.MessageMiddleware"
PROCESSOR = f"{APP}.context_processors.messages"
COOKIE = f"{APP}.storage.cookie.CookieStorage"
OWN = f"{APP}.storage."


def in_session(settings: Settings) -> bool:
    """Whether some of them are kept in the session."""
    return settings.values.get("MESSAGE_STORAGE") != COOKIE


def can_keep(settings: Settings) -> bool:
    """Whether a service reads and writes the messages that the monolith does."""
    storage = str(settings.values.get("MESSAGE_STORAGE", OWN))
    is_set_up = APP in settings.listed("INSTALLED_APPS") and MIDDLEWARE in settings.listed(
        "MIDDLEWARE"
    )
    is_known = storage.startswith(OWN) and "MESSAGE_STORAGE" not in settings.computed
    return is_set_up and is_known and (can_ask(settings) or not in_session(settings))


def leaves(closure: Closure, shown: Pages) -> bool:
    """Whether code leaves messages, or a page shows them."""
    is_used = any(used.name == APP or used.name.startswith(f"{APP}.") for used in closure.outside)
    return is_used or "messages" in shown.needs.names
