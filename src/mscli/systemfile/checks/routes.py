"""Routes: paths that every gateway understands alike, one service for each, nothing internal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, unquote_to_bytes

from mscli.model.system import INTERNAL_PATHS, System
from mscli.systemfile.checks.names import remedy_for_unknown
from mscli.systemfile.places import Fault, Place, quoted

_LONGEST_PATH = 200
_SEGMENT = re.compile(r"(?:[A-Za-z0-9._~@:+,=-]|%[0-9A-Fa-f]{2})+")
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
_ASCII = 0x80
_WHOLE = 100


def unknown_services(system: System) -> Iterator[Fault]:
    """Whomever a route leads to exists."""
    for index, route in enumerate(system.routes):
        for share in route.known:
            if share.service not in system.services:
                remedy = remedy_for_unknown(share.service, system.services)
                field = ("to", share.service) if route.shares else ("service",)
                place = ("routes", index, *field)
                yield Fault(place, f"no service {quoted(share.service)}", remedy)


def shares(system: System) -> Iterator[Fault]:
    """What a route's services get is all there is."""
    for index, route in enumerate(system.routes):
        whole = sum(share.percent for share in route.known)
        if whole != _WHOLE:
            message = f"the shares of {quoted(route.path)} are {whole} % together, not 100 %"
            yield Fault(("routes", index, "to"), message)


def paths(system: System) -> Iterator[Fault]:
    """A path is a plain prefix: no query, no wildcards, nothing that servers read differently."""
    for index, route in enumerate(system.routes):
        problems = (problem for path in route.paths if (problem := _path_fault(path)))
        if problem := next(problems, None):
            message, remedy = problem
            place = ("routes", index, "path")
            yield Fault(place, f"{quoted(route.path)} {message}", remedy)


def _path_fault(path: str) -> tuple[str, str] | None:
    """What is wrong with a path, and the remedy."""
    if not path.startswith("/"):
        near = f"write '/{path}'" if _SEGMENT.fullmatch(path) else ""
        return "must start with '/'", near
    if len(path) > _LONGEST_PATH:
        return f"is longer than {_LONGEST_PATH} characters", ""
    if "?" in path or "#" in path:
        return "has a query or a fragment", "a route matches the path only"
    if "*" in path or "{" in path or "}" in path:
        remedy = "a route matches every path below it anyway; /{de,en}/about is two paths"
        return "has a wildcard", remedy
    if "//" in path:
        return "has an empty segment", "write one '/'"
    return _segment_fault([segment for segment in path.split("/") if segment])


def _segment_fault(segments: list[str]) -> tuple[str, str] | None:
    for segment in segments:
        if unquote(segment) in (".", ".."):
            return "has a '.' or '..' segment", "write the path that is meant"
        if not segment.isascii():
            return "has a character that must be percent-encoded", "write its UTF-8 bytes as %XX"
        if not _SEGMENT.fullmatch(segment):
            return "has a character that no path should have", ""
        for escape in _ENCODED.findall(segment):
            if int(escape[1:], 16) < _ASCII:
                return f"hides a character behind {escape}", "write it plainly, or not at all"
        try:
            unquote_to_bytes(segment).decode()
        except UnicodeDecodeError:
            return "has percent-encoded bytes that are no UTF-8", ""
    return None


def duplicates(system: System) -> Iterator[Fault]:
    """No path is routed twice, whatever its trailing slash and its encoding."""
    first: dict[str, int] = {}
    for index, route in enumerate(system.routes):
        others = [first.setdefault(_canonical(path), index) for path in route.paths]
        other = min(others)
        if other != index:
            place: Place = ("routes", index, "path")
            earlier: Place = ("routes", other, "path")
            if system.routes[other].path == route.path:
                message = f"{quoted(route.path)} is routed twice"
            else:
                hidden_by = quoted(system.routes[other].path)
                message = f"{quoted(route.path)} is shadowed by {hidden_by}: both are one path"
            yield Fault(place, message, "remove one", earlier=earlier)


def _canonical(path: str) -> str:
    return unquote(path).rstrip("/") or "/"


def internal_paths(system: System) -> Iterator[Fault]:
    """A kept prefix does not publish what a service answers inside the system only."""
    for index, route in enumerate(system.routes):
        firsts = {_canonical(path).removeprefix("/").split("/")[0] for path in route.paths}
        keeps = any(share.prefix == "keep" for share in route.known)
        if keeps and not firsts.isdisjoint(INTERNAL_PATHS):
            message = f"{quoted(route.path)} would publish an internal path of the service"
            yield Fault(("routes", index, "path"), message, "publish another path")
