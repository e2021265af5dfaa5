"""Recorded requests asked of both sides, one after the other, and what was different."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from mscli.migrate.strangler.owners import Owners
from mscli.migrate.strangler.paths import is_below
from mscli.migrate.strangler.shares import covering
from mscli.migrate.verify.comparing import Answer, Comparison, Difference
from mscli.migrate.verify.recording import Request
from mscli.model.route_paths import alternatives
from mscli.model.system import Prefix, Route, System

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
GATEWAY = "gateway"
"""In place of a service: what callers get, from whomever the gateway asks."""
PATIENCE = 30.0
"""Seconds for one answer."""


@dataclass(frozen=True, slots=True)
class Case:
    """A request that both sides are to answer, and how each of them sees its path."""

    request: Request
    route: str
    monolith: Prefix
    service: Prefix

    @property
    def is_safe(self) -> bool:
        """Whether it only reads (RFC 9110)."""
        return self.request.method in SAFE


@dataclass(frozen=True, slots=True)
class Verdict:
    """One case and what differs; nothing if the sides agree."""

    case: Case
    differences: tuple[Difference, ...]
    refused: bool = False
    """Whether both sides refused: no more was compared than how they do."""


Written = Callable[[], Sequence[Difference]]
"""What both sides have written since it was asked last, compared."""


NOBODY = Owners({})
"""Where nothing says whose a route is."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which requests are asked of the monolith and of a service, or of the gateway.

    Those of the routes that `owners` give to the service, and of those that the gateway sends to it
    now. Where nobody owns a request, it is asked if the service has a place in its route, or if it
    is below `path`. The gateway has all of them, and sees each path as it came. A route that is a
    501 yet is asked of neither side: what it writes would be missing on one of them.
    """

    system: System
    monolith: str
    service: str
    path: str = ""
    owners: Owners = NOBODY
    unwritten: Mapping[str, str] = field(default_factory=dict)
    """Routes of the service that are a 501 yet, and why."""

    def cases(self, requests: Iterable[Request]) -> Iterator[Case]:
        """The requests that both sides are to answer."""
        for request in requests:
            route = covering(self.system, request.path)
            prefixes = {share.service: share.prefix for share in route.known} if route else {}
            if route is None or self.monolith not in prefixes or not self._is_below(request):
                continue
            theirs = prefixes[self.monolith]
            if self.service == GATEWAY:
                yield Case(request, route.path, theirs, "keep")
            elif self._gap(request, route, theirs):
                continue
            elif self._is_for(route, self._owner(request, route, theirs)):
                yield Case(request, route.path, theirs, prefixes.get(self.service, theirs))

    def not_asked(
        self, requests: Iterable[Request], chosen: Iterable[Case], *, writes: bool
    ) -> dict[str, str]:
        """Recorded requests that are left out, as `GET /orders/1`, and why."""
        found = {f"{c.request.method} {c.request.target}": c for c in chosen}
        why = {}
        for request in requests:
            name = f"{request.method} {request.target}"
            if name not in found:
                why[name] = self._why_not(request, writes=writes)
            elif not (writes or found[name].is_safe):
                why[name] = "it writes, and there is no --writes"
        return why

    def _why_not(self, request: Request, *, writes: bool) -> str:
        route = covering(self.system, request.path)
        prefix = {share.service: share.prefix for share in route.known} if route else {}
        if route is None or self.monolith not in prefix or not self._is_below(request):
            return "no route of both, or not below --path"
        if gap := self._gap(request, route, prefix[self.monolith]):
            return f"{self.service} has a 501 for it yet: {gap}"
        owner = self._owner(request, route, prefix[self.monolith])
        if not owner:
            return "no route of both, or not below --path"
        lost = writes and request.method not in SAFE
        return f"it is of {owner}" + (": what it writes is missing on both sides" if lost else "")

    def _is_below(self, request: Request) -> bool:
        return is_below(request.path, self.path)

    def _is_for(self, route: Route, owner: str) -> bool:
        if any(share.service == self.service for share in route.serving):
            return True
        has_place = any(share.service == self.service for share in route.known)
        return owner == self.service if owner else has_place or bool(self.path)

    def _gap(self, request: Request, route: Route, prefix: Prefix) -> str:
        """Why the service has no answer yet; empty where it has."""
        path = seen(request.path, route.path, prefix)
        return self.unwritten.get(self.owners.route(request.method, path), "")

    def _owner(self, request: Request, route: Route, prefix: Prefix) -> str:
        return self.owners.of(request.method, seen(request.path, route.path, prefix))


def replay(
    chosen: Iterable[Case],
    sides: tuple[str, str],
    comparison: Comparison,
    headers: Mapping[str, str],
    written: Written | None = None,
) -> Iterator[Verdict]:
    """Ask the monolith and then the service, each by its base URL."""
    for case in chosen:
        answers = [
            _ask(url, case.request, seen(case.request.target, case.route, prefix), headers)
            for url, prefix in zip(sides, (case.monolith, case.service), strict=True)
        ]
        found = comparison.answers(*answers)
        if written is not None:
            found.extend(written())
        refused = all(answer.is_refusal for answer in answers)
        yield Verdict(case, tuple(found), refused)


def seen(target: str, route: str, prefix: Prefix) -> str:
    """The target as a service behind the route sees it."""
    if prefix == "keep" or route == "/":
        return target
    path = f"{target.partition('?')[0]}/"
    found = (each.rstrip("/") for each in alternatives(route))
    rest = target[len(next((each for each in found if path.startswith(f"{each}/")), "")) :]
    return rest if rest.startswith("/") else f"/{rest}"


def _ask(url: str, request: Request, target: str, extra: Mapping[str, str]) -> Answer:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
    headers = {name.lower(): (name, value) for name, value in extra.items()}
    recorded = [each for each in request.headers if each[0].lower() not in headers]
    sent = [*recorded, *headers.values()]
    host = next((value for name, value in sent if name.lower() == "host"), parts.netloc)
    try:
        connection.putrequest(request.method, target, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", host)
        for name, value in sent:
            if name.lower() != "host":
                connection.putheader(name, value)
        if request.body or request.method not in SAFE:
            connection.putheader("Content-Length", str(len(request.body)))
        connection.endheaders(request.body or None)
        answer = connection.getresponse()
        return Answer(answer.status, tuple(answer.getheaders()), answer.read())
    except (OSError, ValueError, http.client.HTTPException) as error:
        return Answer(0, (), str(error or type(error).__name__).encode())
    finally:
        connection.close()
