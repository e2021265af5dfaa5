"""From a monolith's routes, which have parameters, to those of a gateway, which are prefixes.

A segment of either may be one of several: `/{de,en}/about`. A path that begins with a language, as
facts have it, begins with `{language}`.
"""

from __future__ import annotations

import re
from collections.abc import Container

from mscli.migrate.paths import LANGUAGE
from mscli.model.route_paths import one_of

_LITERAL = re.compile(r"[A-Za-z0-9._~@:+,=%-]+")


def prefix_of(path: str) -> str:
    """What of a monolith's path a gateway can match: the segments before the first parameter.

    `/orders/{id}/pay` is `/orders`; a path that begins with a parameter is `/`, but for a language.
    """
    first, *others = path.strip("/").split("/")
    kept = [first] if others and first == LANGUAGE else []
    for segment in others if kept else [first, *others]:
        if not (_LITERAL.fullmatch(segment) or one_of(segment)) or segment.startswith(":"):
            break
        kept.append(segment)
    return "/" + "/".join(kept if kept != [LANGUAGE] else [])


def is_below(path: str, other: str, languages: Container[str] = ()) -> bool:
    """Whether a gateway that matches `other` as a prefix matches a path, or what is like it.

    `languages` are what `{language}` may be.
    """
    ours, theirs = _segments(path), _segments(other)
    return len(theirs) <= len(ours) and all(
        _is_in(one, two, languages) for one, two in zip(ours, theirs, strict=False)
    )


def _segments(path: str) -> list[str]:
    return [segment for segment in path.split("/") if segment]


def _is_in(ours: str, theirs: str, languages: Container[str]) -> bool:
    if ours == LANGUAGE:
        return theirs == LANGUAGE or bool(one_of(theirs)) or theirs in languages
    return ours == theirs or not {*(one_of(ours) or [ours])}.isdisjoint(one_of(theirs))


def spelt_out(path: str, languages: tuple[str, ...]) -> str:
    """A path with the languages in the place of `{language}`, as a gateway has it."""
    choice = languages[0] if len(languages) == 1 else f"{{{','.join(languages)}}}"
    return path.replace(LANGUAGE, choice) if languages else path
