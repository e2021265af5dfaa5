"""What renders Django's pages in a service, out of the monolith's TEMPLATES."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mscli.migrate.apply.moving.django.pages.libraries import library
from mscli.migrate.apply.moving.django.settings.loaders import loaders_of
from mscli.migrate.apply.moving.django.settings.settings import Settings
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pages.told import Pages

OF_IDENTITY = ("perms", "request.session", "request.user", "user")


@dataclass(frozen=True, slots=True)
class Engine:
    """Options of the engine; `own` are the names of what is the project's."""

    options: Mapping[str, object]
    processors: tuple[str, ...]
    libraries: Mapping[str, str] = field(default_factory=dict)
    builtins: tuple[str, ...] = ()
    own: frozenset[str] = frozenset()


def engine_of(pages: Pages, closing: Closing, settings: Settings) -> Engine:
    """What the pages need of it."""
    loaders = loaders_of(settings.templates)
    found = {n: library(n, loaders, settings, closing) for n in sorted(pages.needs.libraries)}
    own = {name for name in loaders.processors if closing.find(name)}
    own |= {name for name in loaders.builtins if closing.project.module(name)}
    return Engine(
        loaders.options,
        tuple(loaders.processors),
        {name: module.name for name, module in found.items() if module},
        tuple(loaders.builtins),
        frozenset(own),
    )


def shows(pages: Pages) -> bool:
    """Whether a page shows who is logged in."""
    chains = pages.needs.chains
    return any(c == name or c.startswith(f"{name}.") for c in chains for name in OF_IDENTITY)
