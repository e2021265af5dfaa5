"""Recorded requests asked of both sides, one after the other, and what was different."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from mscli.migrate.strangler.shares import covering
from mscli.migrate.verify.comparing import Answer, Comparison, Difference
from mscli.migrate.verify.recording import Request
from mscli.model.system import Prefix, System

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


def cases(
    system: System, requests: Iterable[Request], monolith: str, service: str, path: str = ""
) -> Iterator[Case]:
    """The requests of routes that the service has a share of, or that are below `path`.

    The gateway has all of them, and sees each path as it came.
    """
    for request in requests:
        route = covering(system, request.path)
        below = f"{request.path.rstrip('/')}/".startswith(f"{path.rstrip('/')}/") if path else None
        if route is None or below is False:
            continue
        prefixes = {share.service: share.prefix for share in route.known}
        if monolith in prefixes and service == GATEWAY:
            yield Case(request, route.path, prefixes[monolith], "keep")
        elif monolith in prefixes and (service in prefixes or below):
            mine = prefixes.get(service, prefixes[monolith])
            yield Case(request, route.path, prefixes[monolith], mine)


def not_asked(
    requests: Iterable[Request], chosen: Iterable[Case], *, writes: bool
) -> dict[str, str]:
    """Recorded requests that are left out, as `GET /orders/1`, and why."""
    found = {f"{c.request.method} {c.request.target}": c for c in chosen}
    why = {}
    for request in requests:
        name = f"{request.method} {request.target}"
        if name not in found:
            why[name] = "no route of both, or not below --path"
        elif not (writes or found[name].is_safe):
            why[name] = "it writes, and there is no --writes"
    return why


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
    rest = target[len(route.rstrip("/")) :]
    return rest if rest.startswith("/") else f"/{rest}"


def _ask(url: str, request: Request, target: str, extra: Mapping[str, str]) -> Answer:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
    host = next((v for name, v in request.headers if name.lower() == "host"), parts.netloc)
    try:
        connection.putrequest(request.method, target, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", host)
        given = {name.lower() for name in extra} | {"host"}
        for name, value in (*request.headers, *extra.items()):
            if name.lower() not in given or name in extra:
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
