"""Names that a package offers at its door and keeps inside: `flask.globals.g` is `flask.g`."""

from __future__ import annotations

from mscli.migrate.words import words

INSIDE = {
    "flask": words("app blueprints ctx globals helpers templating wrappers"),
    "fastapi": words("applications datastructures param_functions"),
    "sqlalchemy": words("schema sql.schema"),
    "sqlalchemy.orm": words("scoping session"),
}
HOMES = {f"{door}.{home}": door for door, homes in INSIDE.items() for home in homes}


def public(name: str) -> str:
    """The name at the package's door, of one that is imported from where it is kept."""
    home, _, own = name.rpartition(".")
    return f"{HOMES[home]}.{own}" if home in HOMES else name
