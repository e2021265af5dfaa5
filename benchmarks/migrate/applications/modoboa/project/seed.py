"""Its own initial data, some domains with mailboxes, and a token for its API."""

from typing import Any


def rows() -> None:
    """Groups and permissions by its own command, and the domains of its own tests."""
    from django.core.management import call_command
    from modoboa.core.models import User
    from rest_framework.authtoken.models import Token

    call_command("load_initial_data", no_frontend=True)
    from modoboa.admin import factories

    factories.populate_database()
    Token.objects.get_or_create(user=User.objects.filter(username="admin@example.com").get())


def allow(user: Any) -> None:
    """A super user by its own means, with a token."""
    from rest_framework.authtoken.models import Token

    user.is_superuser = True
    user.save()
    Token.objects.get_or_create(user=user)


def prepare(client: Any, who: str) -> None:
    """The token, which its API asks for."""
    from rest_framework.authtoken.models import Token

    name = "admin@example.com" if who == "admin" else "person@example.com"
    token = Token.objects.filter(user__username=name).first()
    if token is not None:
        client.defaults["HTTP_AUTHORIZATION"] = f"Token {token.key}"
