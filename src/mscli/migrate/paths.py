"""Paths of routes in one notation: `/orders/{id}/`, whatever the framework writes."""

from __future__ import annotations

import re
from collections.abc import Iterable

LANGUAGE = "{language}"
"""The first segment of a path that begins with a language (Django's `i18n_patterns`)."""
CONVERTER = re.compile(r"<(?:[^<>:]+:)?([^<>]+)>")


def from_converters(path: str) -> str:
    """`orders/<int:pk>/` -> `orders/{pk}/`; FastAPI's `{file:path}` -> `{file}`."""
    path = CONVERTER.sub(r"{\1}", path)
    return re.sub(r"\{(\w+):[^{}]*\}", r"{\1}", path)


def from_ninja(path: str) -> str:
    """django-ninja's `{int:pk}` -> `{pk}`."""
    return re.sub(r"\{\w+:(\w+)\}", r"{\1}", path)


def from_any(route: str) -> str:
    """A path as a running framework tells it, converters and regular expressions mixed."""
    route = re.sub(r"(?<!\?P)<(?:[^<>:]+:)?([^<>]+)>", r"{\1}", route)
    if any(mark in route for mark in ("^", "(?", "$", "\\Z")):
        route = from_regex(route)
    return joined(from_converters(route))


def from_regex(pattern: str) -> str:
    """`^orders/(?P<pk>[0-9]+)/$` -> `orders/{pk}/`."""
    out: list[str] = []
    place = 0
    while place < len(pattern):
        character = pattern[place]
        if character == "\\" and place + 1 < len(pattern):
            following = pattern[place + 1]
            out.append("" if following in "AZbB" else following)
            place += 2
        elif character == "(":
            end = _closing(pattern, place)
            out.append(_group(pattern[place:end]))
            place = end
            if place < len(pattern) and pattern[place] in "?*+":
                place += 1
        elif character in "^$" or (character == "?" and out):
            place += 1
        else:
            out.append(character)
            place += 1
    return "".join(out)


def _closing(pattern: str, start: int) -> int:
    depth, place, in_set = 0, start, False
    while place < len(pattern):
        character = pattern[place]
        if character == "\\":
            place += 2
            continue
        if character == "[":
            in_set = True
        elif character == "]":
            in_set = False
        elif not in_set:
            depth += {"(": 1, ")": -1}.get(character, 0)
            if depth == 0:
                return place + 1
        place += 1
    return len(pattern)


def _group(group: str) -> str:
    named = re.match(r"\(\?P<(\w+)>", group)
    if named:
        return f"{{{named.group(1)}}}"
    if group.startswith("(?:"):
        inner = from_regex(group[3:-1])
        return inner if "{" in inner else f"{{{inner}}}"
    return "" if group.startswith("(?") else "{}"


def joined(*parts: str) -> str:
    """Prefixes and a path, one after the other, with one slash in front."""
    path = "/" + "".join(parts)
    return re.sub(r"/{2,}", "/", path)


def of_rules(rules: Iterable[str]) -> str:
    """Django's rules, each `path:` or `re_path:`, as the path that they make."""
    read = {"path": from_converters, "re_path": from_regex}
    return "".join(read[kind](text) for kind, _, text in (rule.partition(":") for rule in rules))
