"""The routes of a Django application, by its resolver, and what their parameters have to be."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

MOST = 12
WORDS = re.compile(r"\(\?P<(\w+)>\(?([\w-]+(?:\|[\w-]+)*)\)")


def routes() -> Iterator[tuple[list[tuple[str, str]], Any]]:
    """The parts of each path, with their notations, and what is there."""
    from django.urls import get_resolver

    def walk(resolver: Any, parts: list[tuple[str, str]]) -> Iterator[Any]:
        for entry in resolver.url_patterns:
            here = [*parts, _part(entry.pattern)]
            if hasattr(entry, "url_patterns"):
                yield from walk(entry, here)
            else:
                yield here, entry

    yield from walk(get_resolver(), [])


def _part(pattern: Any) -> tuple[str, str]:
    """`i18n_patterns` begin with any language."""
    if "LocalePrefix" in type(pattern).__name__:
        return "path", "<language>/" if str(pattern) else ""
    return ("regex" if "Regex" in type(pattern).__name__ else "path", str(pattern))


def words_of(regex: str) -> Iterator[dict[str, str]]:
    """What parameters have to be that are one of some words: `(?P<kind>tool|area)`."""
    found = {name: words.split("|") for name, words in WORDS.findall(regex)}
    every = itertools.product(*found.values())
    yield from (dict(zip(found, words)) for words in itertools.islice(every, MOST))


def regex_of(parts: list[tuple[str, str]]) -> str:
    """A route of any notation, by Django's own reading of it."""
    from django.urls.resolvers import _route_to_regex

    whole = ""
    for kind, text in parts:
        regex = _route_to_regex(text, is_endpoint=False)[0] if kind == "path" else text
        regex = getattr(regex, "pattern", regex)
        whole += regex.removeprefix("^").removesuffix("$").removesuffix(r"\Z")
    return whole
