"""What an answer that refuses a request says is missing, or wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

QUOTED = re.compile(r"['\"`\u201c]([A-Za-z_][\w.-]{1,40})['\"`\u201d]")
STATUSES = (400, 422)
PLACES = ("body", "query", "header", "path", "cookie")
MOST = 6


def named(status: int, text: str) -> list[tuple[str, str]]:
    """(place, name) of each field that a refusal is about; the place is empty if it is not said."""
    if status not in STATUSES or not text or "<html" in text[:300].lower():
        return []
    try:
        document = json.loads(text)
    except ValueError:
        document = text
    return list(dict.fromkeys(_named(document)))[:MOST]


def _named(document: Any) -> Iterator[tuple[str, str]]:
    if isinstance(document, str):
        yield from (("", name) for name in QUOTED.findall(document))
    elif isinstance(document, list):
        for one in document:
            yield from _named(one)
    elif isinstance(document, dict) and isinstance(document.get("loc"), list):
        place, *path = [str(part) for part in document["loc"]] or [""]
        if path and place in PLACES:
            yield place, path[0]
    elif isinstance(document, dict):
        for name, inner in document.items():
            if isinstance(inner, list) and inner and all(isinstance(one, str) for one in inner):
                yield "body", name
            else:
                yield from _named(inner)
