"""What is taken out of the monolith for one service."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field

from mscli.migrate.apply.moving.implied.listeners import Statement
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.pages.told import Pages
from mscli.migrate.apply.moving.placing import Mount, Placed


@dataclass(frozen=True, slots=True)
class Taken:
    """What is taken: routes as they are declared, all that these need, and what registers.

    `paths` are those of each mount's routes.
    """

    placed: Sequence[Placed]
    paths: Mapping[Mount, Collection[str]]
    whole: Closure
    models: Closure
    listeners: Sequence[Statement]
    shown: Pages = field(default_factory=Pages)
    declaring: Set[str] = frozenset()
    """The modules that models are declared in."""
