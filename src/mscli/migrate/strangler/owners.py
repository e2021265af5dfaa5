"""Whose a request is, by the routes that `boundaries.yaml` gives to each service."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from mscli.migrate.strangler.standing import Part

_PARAMETER = re.compile(r"\{[^{}]*\}")
_AS = {"HEAD": "GET"}
"""A method that is answered where another is."""


@dataclass(frozen=True, slots=True)
class _Route:
    owner: str
    name: str
    method: str
    segments: re.Pattern[str]
    """Where each parameter is one segment."""
    anything: re.Pattern[str]
    """Where a parameter may be a path, too."""
    literal: int

    def rank(self, method: str, path: str) -> tuple[bool, int, int] | None:
        """How well a request fits, more is better; None where it is another path."""
        if not self.anything.fullmatch(path):
            return None
        fits = 2 if self.method == _AS.get(method, method) else int(self.method == "ANY")
        return bool(self.segments.fullmatch(path)), self.literal, fits


class Owners:
    """The routes of all services; a method that a path does not have is its owner's to refuse."""

    def __init__(self, parts: Mapping[str, Part]) -> None:
        self._routes = [_route(owner, r) for owner, part in parts.items() for r in part.routes]

    def of(self, method: str, path: str) -> str:
        """Who is to answer a request, by its path as the monolith sees it; empty for nobody."""
        found = self._best(method, path)
        return found.owner if found else ""

    def route(self, method: str, path: str) -> str:
        """The route of a request, as `boundaries.yaml` has it; empty for none."""
        found = self._best(method, path)
        return found.name if found else ""

    def _best(self, method: str, path: str) -> _Route | None:
        decoded = unquote(path).rstrip("/")
        found = [(rank, r) for r in self._routes if (rank := r.rank(method, decoded))]
        return max(found, key=lambda each: each[0], default=(None, None))[1]


def _route(owner: str, route: str) -> _Route:
    method, _, path = route.rpartition(" ")
    texts = [re.escape(text) for text in _PARAMETER.split(path.rstrip("/"))]
    segments, anything = re.compile("[^/]+".join(texts)), re.compile(".+".join(texts))
    return _Route(owner, route, method, segments, anything, sum(map(len, texts)))
