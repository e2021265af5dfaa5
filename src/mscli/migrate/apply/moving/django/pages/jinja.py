"""Jinja as an engine of Django's: its environment goes along with what it is given."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from mscli.migrate.apply.moving.django.settings.loaders import JINJA, Loaders, engines_of
from mscli.migrate.apply.moving.django.settings.packages import top
from mscli.migrate.apply.moving.needs.closure import Closing

PACKAGE = "jinja2"
FOLDER = "jinja2"
"""Of a service's package: each template by the name that it had."""


@dataclass(frozen=True, slots=True)
class Jinja:
    """What the monolith says of it; `symbols` are what is the project's."""

    loaders: Loaders = field(default_factory=lambda: Loaders(JINJA))
    is_there: bool = False
    is_first: bool = False
    """Whether it is asked before Django's own."""
    symbols: tuple[str, ...] = ()
    packages: frozenset[str] = frozenset()
    reasons: tuple[str, ...] = ()


def jinja_of(templates: ast.expr | None, closing: Closing) -> Jinja:
    """The engine that TEMPLATES says, if it says one."""
    engines = engines_of(templates)
    place = next((n for n, each in enumerate(engines) if each.backend == JINJA), None)
    if place is None:
        return Jinja()
    found = engines[place]
    named = [name for name in (found.environment, *found.extensions) if name]
    ours = tuple(name for name in named if closing.find(name))
    tops = {top(name) for name in named if name not in ours} | {PACKAGE}
    missing = [name for name in named if name not in ours and closing.project.module(top(name))]
    reasons = [f"what {name} is was not found" for name in missing]
    return Jinja(found, True, place == 0, ours, frozenset(tops), (*found.reasons, *reasons))
