"""Its own test event, and a key for its API."""

from contextlib import AbstractContextManager
from typing import Any


def around() -> AbstractContextManager[Any]:
    """Rows of all events may be seen while rows are made up."""
    from django_scopes import scopes_disabled

    disabled: AbstractContextManager[Any] = scopes_disabled()
    return disabled


def rows() -> None:
    """An event with talks, reviews and a schedule, whose key may do everything."""
    from django.core.management import call_command
    from pretalx.person.models import User

    call_command("create_test_event", stage="schedule", seed="1")
    _key(User.objects.get(is_administrator=True), "admin")


def allow(user: Any) -> None:
    """By its own means: in a team that may do everything, which an administrator need not be."""
    from pretalx.event.models import Organiser, Team

    for organiser in Organiser.objects.all():
        may = {field.name: True for field in Team._meta.fields if field.name.startswith("can_")}
        team = Team.objects.create(
            organiser=organiser, name="all", all_events=True, is_reviewer=True, **may
        )
        team.members.add(user)
    _key(user, "user")


def _key(user: Any, name: str) -> None:
    from pretalx.event.models import Event
    from pretalx.person.models.auth_token import ENDPOINTS, WRITE_PERMISSIONS, UserApiToken

    token = UserApiToken.objects.create(
        user=user,
        name=name,
        endpoints={one: list(WRITE_PERMISSIONS) for one in ENDPOINTS},
    )
    token.events.set(Event.objects.all())


def prepare(client: Any, who: str) -> None:
    """The key, which its API asks for beside the session of the pages."""
    from pretalx.person.models.auth_token import UserApiToken

    token = UserApiToken.objects.filter(name=who).order_by("pk").first()
    client.defaults["HTTP_AUTHORIZATION"] = f"Token {token.token}"
