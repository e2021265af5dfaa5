"""Django REST framework: classes of packages that its settings name, and nobody imports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

from mscli.migrate.apply.moving.closure import Closing, Closure
from mscli.migrate.apply.moving.django_settings import Settings, texts

SETTINGS = "REST_FRAMEWORK"


def named_by(settings: Settings, closure: Closure, closing: Closing) -> dict[str, str]:
    """What its settings name of packages: the dotted name, and the package."""
    if "rest_framework" not in closure.packages:
        return {}
    named = set(texts(settings.values.get(SETTINGS)))
    for module, piece in closing.kept(closure):
        if module.name in settings.modules and SETTINGS in piece.binds:
            named |= {text for text in piece.texts if closing.find(text) is None}
    parts = {text: text.partition(".") for text in sorted(named)}
    return {text: top for text, (top, dot, _) in parts.items() if dot and top.isidentifier()}


def against_rest(named: Mapping[str, str], known: Set[str]) -> Iterator[str]:
    """Packages that REST framework takes by its settings, and that no service installs."""
    for text, package in named.items():
        if package not in known:
            yield f"`settings.{SETTINGS}` names `{text}` of a package that is not moved"
