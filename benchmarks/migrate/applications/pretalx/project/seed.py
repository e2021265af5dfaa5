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
    from pretalx.event.models import Event
    from pretalx.person.models import User
    from pretalx.person.models.auth_token import ENDPOINTS, WRITE_PERMISSIONS, UserApiToken

    call_command("create_test_event", stage="schedule", seed="1")
    token = UserApiToken.objects.create(
        user=User.objects.get(is_administrator=True),
        name="all",
        endpoints={name: list(WRITE_PERMISSIONS) for name in ENDPOINTS},
    )
    token.events.set(Event.objects.all())


def prepare(client: Any) -> None:
    """The key, which its API asks for beside the session of the pages."""
    from pretalx.person.models.auth_token import UserApiToken

    token = UserApiToken.objects.filter(name="all").order_by("pk").first()
    client.defaults["HTTP_AUTHORIZATION"] = f"Token {token.token}"
