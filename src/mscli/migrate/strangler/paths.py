"""From a monolith's routes, which have parameters, to those of a gateway, which are prefixes."""

from __future__ import annotations

import re

_LITERAL = re.compile(r"[A-Za-z0-9._~@:+,=%-]+")


def prefix_of(path: str) -> str:
    """What of a monolith's path a gateway can match: the segments before the first parameter.

    `/orders/{id}/pay` is `/orders`; a path that begins with a parameter is `/`.
    """
    kept: list[str] = []
    for segment in path.strip("/").split("/"):
        if not _LITERAL.fullmatch(segment) or segment.startswith(":"):
            break
        kept.append(segment)
    return "/" + "/".join(kept)


def is_below(path: str, other: str) -> bool:
    """Whether a gateway that matches `other` as a prefix matches a path."""
    return path == other or path.startswith(f"{other.rstrip('/')}/")
