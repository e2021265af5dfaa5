"""Django REST framework: classes of packages that its settings name, and nobody imports."""

from __future__ import annotations

from collections.abc import Iterator, Set

from mscli.migrate.apply.moving.closure import Closing, Closure
from mscli.migrate.apply.moving.django_settings import Settings, texts

SETTINGS = "REST_FRAMEWORK"


def against_rest(
    settings: Settings, closure: Closure, closing: Closing, known: Set[str]
) -> Iterator[str]:
    """Packages that REST framework takes by its settings, and that no service installs."""
    if "rest_framework" not in closure.packages:
        return
    named = set(texts(settings.values.get(SETTINGS)))
    for module, piece in closing.kept(closure):
        if module.name in settings.modules and SETTINGS in piece.binds:
            named |= {text for text in piece.texts if closing.find(text) is None}
    for text in sorted(named):
        package, dot, _ = text.partition(".")
        if dot and package.isidentifier() and package not in known:
            yield f"`settings.{SETTINGS}` names `{text}` of a package that is not moved"
