"""What is said of a service's migrations, wherever its database runs."""

from __future__ import annotations

from mscli.errors import UsageError


def no_migration(service: str) -> UsageError:
    """A service whose tables are its own code's affair."""
    return UsageError(
        f"nothing is said to migrate the database of {service}",
        f"services.{service}.migrate is the command, such as: python manage.py migrate",
    )


def renewed(service: str, *, migrated: bool) -> str:
    """What a database is after `reset`."""
    inside = "with what its migrations put there" if migrated else "and empty"
    return f"the database of {service} is new, {inside}"
