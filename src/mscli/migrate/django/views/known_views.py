"""Views that come with Django and REST framework: what a request to one does to tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mscli.migrate.django import logging_in
from mscli.migrate.walk.graph.nodes import Confidence, Emitted
from mscli.migrate.walk.values.values import Site

if TYPE_CHECKING:
    from mscli.migrate.walk.graph.schema import Model
    from mscli.migrate.walk.statements.frame import Frame

LOGGED_IN = "user_logged_in"
USERS, SESSIONS, TOKENS = "", "django_session", "authtoken_token"
PAGES, PAGES_OF_SITES = "django_flatpage", "django_flatpage_sites"


@dataclass(frozen=True, slots=True)
class Known:
    """The tables; `signal` is what receivers hear of it, `page` what it shows."""

    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    signal: str = ""
    page: str = ""


VIEWS = {
    "LoginView": Known((USERS,), (USERS, SESSIONS), LOGGED_IN, "registration/login.html"),
    "LogoutView": Known((), (SESSIONS,), "user_logged_out", "registration/logged_out.html"),
    "PasswordChangeView": Known((USERS,), (USERS,), page="registration/password_change_form.html"),
    "PasswordResetView": Known((USERS,), page="registration/password_reset_form.html"),
    "PasswordResetConfirmView": Known(
        (USERS,), (USERS,), page="registration/password_reset_confirm.html"
    ),
    "obtain_auth_token": Known((USERS, TOKENS), (TOKENS,)),
    "ObtainAuthToken": Known((USERS, TOKENS), (TOKENS,)),
    "flatpage": Known((PAGES, PAGES_OF_SITES), page="flatpages/default.html"),
}


def known(names: Iterable[str]) -> Known | None:
    """The first of these dotted names that is such a view."""
    parts = (part for name in names for part in name.split("."))
    return next((VIEWS[part] for part in parts if part in VIEWS), None)


def run(frame: Frame, view: Known, user: Model | None, site: Site, *, writes: bool) -> None:
    """Note what such a view does; `user` is the model of who logs in."""
    users = user.table if user is not None else "auth_user"
    for table in view.reads:
        frame.read(table or users, "view", site, Confidence.LIKELY)
    if not writes:
        return
    if user is not None and view.signal == LOGGED_IN:
        logging_in.ask(frame, user, site)
    for table in view.writes:
        frame.write(table or users, "view", site, Confidence.LIKELY)
    if view.signal:
        frame.node.emitted[Emitted(view.signal, "", site, frame.regions)] = None
