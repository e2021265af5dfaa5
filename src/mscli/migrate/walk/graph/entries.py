"""Where control enters a monolith: routes, ambient code of every request, jobs, commands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from mscli.migrate.walk.graph.nodes import Confidence, Node
from mscli.migrate.walk.values.values import Made, Site


@dataclass(frozen=True, slots=True)
class Route:
    """One method and path, and the handler that answers; `within` which parts of an application.

    `names` are what the application calls it, `parts` the blueprints that it is in, by name;
    `applications` where those of Flask and FastAPI are made that have it. `only_if`: what settings
    have to be for it to be there.
    """

    method: str
    path: str
    handler: str
    site: Site
    framework: str
    node: Node | None = None
    confidence: Confidence = Confidence.CERTAIN
    within: tuple[Made, ...] = ()
    names: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    applications: tuple[Site, ...] = ()
    only_if: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Url:
    """A URL that has a name, in the order of the monolith; of Django with its namespaces.

    `parts` are its rules as they are written; none, where one is not known.
    """

    name: str
    framework: str
    parts: tuple[str, ...]
    apps: tuple[str, ...]
    site: Site


@dataclass(frozen=True, slots=True)
class Ambient:
    """Code that runs beside handlers: on every request, on those of a `part`, on rendering.

    `only_if` as of a route.
    """

    kind: str
    name: str
    site: Site
    node: Node
    scope: str = "request"
    part: Made | None = None
    only_if: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """Code that runs outside requests: a Celery or RQ job, a management command, a schedule."""

    kind: str
    name: str
    site: Site
    node: Node


class Receiver(NamedTuple):
    """What a signal calls, and where that is said; `kept` as the signal has it, `only_if` as of a
    route.
    """

    node: Node
    site: Site
    kept: bool | None = None
    only_if: tuple[str, ...] = ()


@dataclass(slots=True)
class Entries:
    """Every way in, of all frameworks that were recognised."""

    routes: list[Route] = field(default_factory=list)
    urls: list[Url] = field(default_factory=list)
    ambient: list[Ambient] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    frameworks: dict[str, None] = field(default_factory=dict)
    languages: dict[str, None] = field(default_factory=dict)
    """Codes of the languages that URLs begin with, in the order of the settings."""
    mounted: dict[Made, list[str]] = field(default_factory=dict)
    """Applications that hang below URLs of Django's, each with its prefixes."""
    receivers: dict[tuple[str, str], list[Receiver]] = field(default_factory=dict)
    request_transactions: list[Site] = field(default_factory=list)
