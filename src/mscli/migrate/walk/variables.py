"""Variables of the environment: what a program has where nobody sets them."""

from __future__ import annotations

from mscli.migrate.walk.values import Made, Value, texts
from mscli.migrate.words import words

ENVIRONMENT = frozenset(words("os.getenv os.environ.get decouple.config"))
OF_PACKAGES = "Env()"
"""What asks for them in django-environ and environs."""


def by_default(value: Value) -> tuple[str, ...]:
    """The texts that a value has by default: `os.getenv("A", "b")`, `env("A", default="b")`.

    Of what something else than the environment says there is none.
    """
    asked = (atom for atom in value if isinstance(atom, Made))
    found = [
        each
        for atom in asked
        if atom.name in ENVIRONMENT or OF_PACKAGES in atom.name.split(".")
        for each in texts(atom.arg(1, "default"))
    ]
    return tuple(dict.fromkeys(found))
