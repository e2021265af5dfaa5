"""What an answer that refuses a request says is missing, or wrong, and a body without that."""

from __future__ import annotations

import ast
import contextlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

QUOTED = re.compile(r"['\"`\u201c]([A-Za-z_][\w.-]{1,40})['\"`\u201d]")
MISSING = re.compile(r"\b(?:missing|required)\b[\w ]*:\s*([A-Za-z_]\w{1,40})", re.I)
WORD = re.compile(r"[A-Za-z_]\w+")
UNKNOWN = "unknown field"
STATUSES = (400, 422)
PLACES = ("body", "query", "header", "path", "cookie")
MOST = 6
OF_TYPE: dict[str, Any] = {
    "dict": {},
    "model": {},
    "model_attributes": {},
    "list": [],
    "int": 1,
    "float": 1.0,
    "bool": True,
    "string": "text1",
    "uuid": "00000000-0000-4000-8000-000000000001",
    "date": "2026-01-15",
    "datetime": "2026-01-15T10:30:00Z",
    "url": "http://example.com/",
}
"""What would do instead, by what Pydantic calls the fault: `dict_type`, `int_parsing`."""


@dataclass(frozen=True)
class Fault:
    """A field that a refusal is about, from the outside in; no place if it is not said."""

    place: str
    path: tuple[str | int, ...]
    instead: Any = None
    unknown: bool = False  # whether it should not be there

    @property
    def name(self) -> str:
        """As a form or a query has it."""
        return str(self.path[0])


def faults(status: int, text: str) -> list[Fault]:
    """What a refusal is about."""
    if status not in STATUSES or not text or "<html" in text[:300].lower():
        return []
    try:
        document = json.loads(text)
    except ValueError:
        document = text
    found: list[Fault] = []
    for one in _faults(document):
        if one not in found:
            found.append(one)
    return found[:MOST]


def mended(body: Any, wrong: Iterable[Fault], value: Callable[[str], Any]) -> Any:
    """The body with what is missing, and without what is wrong; `value` is by a name."""
    body = _copied(body)
    for fault in wrong:
        parent, last = _parent(body, fault.path)
        new = fault.instead is None and not _holds(parent, last)
        if new and (fault.unknown or last in _texts(body)):
            continue  # that it is not known is why it was left out; a value is no name
        if fault.instead is not None and (_holds(parent, last) or isinstance(parent, dict)):
            parent[last] = fault.instead
        elif _holds(parent, last):
            del parent[last]
        elif isinstance(parent, dict) and isinstance(last, str):
            parent[last] = value(last)
    return body


def _texts(body: Any) -> Iterator[str]:
    """Every text in it that is a value."""
    inner = body.values() if isinstance(body, dict) else body if isinstance(body, list) else ()
    for one in inner:
        if isinstance(one, str):
            yield one
        yield from _texts(one)


def _copied(body: Any) -> Any:
    """The same containers again, with the same values: not every value can be copied."""
    if isinstance(body, dict):
        return type(body)((name, _copied(inner)) for name, inner in body.items())
    return [_copied(inner) for inner in body] if isinstance(body, list) else body


def _parent(body: Any, path: tuple[str | int, ...]) -> tuple[Any, str | int]:
    """What a field is in; a part that is not there says which of many kinds that is."""
    here = body
    for part in path[:-1]:
        if _holds(here, part):
            here = here[part]
    return here, path[-1]


def _holds(parent: Any, part: str | int) -> bool:
    if isinstance(parent, list):
        return isinstance(part, int) and part < len(parent)
    return isinstance(parent, dict) and part in parent


def _faults(document: Any, above: tuple[str | int, ...] = ()) -> Iterator[Fault]:
    if isinstance(document, str):
        spelled = list(_spelled(document))
        yield from _faults(spelled, above)
        names = [] if spelled else MISSING.findall(document) + QUOTED.findall(document)
        yield from (Fault("", (name,)) for name in names)
    elif isinstance(document, list):
        for one in document:
            yield from _faults(one, above)
    elif isinstance(document, dict) and isinstance(document.get("loc"), list):
        yield from _of_pydantic(document)
    elif isinstance(document, dict):
        for name, inner in document.items():
            path = (*above, int(name) if name.isdecimal() else name)
            if isinstance(inner, list) and inner and all(isinstance(one, str) for one in inner):
                yield Fault("body", path, unknown=UNKNOWN in " ".join(inner).lower())
            else:
                yield from _faults(inner, path)


def _spelled(text: str) -> Iterator[dict[str, Any]]:
    """The faults that a text tells as FastAPI's error says itself: one a line, as Python has it."""
    for line in text.splitlines():
        if line.lstrip().startswith("{'type':"):
            with contextlib.suppress(ValueError, SyntaxError):
                fault = ast.literal_eval(line.strip())
                yield {**fault, "loc": list(fault["loc"])}


def _of_pydantic(fault: dict[str, Any]) -> Iterator[Fault]:
    place, *path = fault["loc"] or [""]
    given, more = fault.get("input"), fault.get("ctx") or {}
    if "discriminator" in more and place == "body":
        tags = QUOTED.search(str(more.get("expected_tags", "")))
        path.append(str(more["discriminator"]).strip("'"))
        yield Fault(place, tuple(path), tags and tags[1])
    elif path and place in PLACES:
        yield Fault(place, tuple(path), _instead(fault))
    elif place == "body" and isinstance(given, dict):  # of all but one of those that it names
        named = [word for word in WORD.findall(str(fault.get("msg", ""))) if word in given]
        yield from (Fault("body", (name,)) for name in named[1:])


def _instead(fault: dict[str, Any]) -> Any:
    kind = str(fault.get("type", ""))
    expected = QUOTED.search(str((fault.get("ctx") or {}).get("expected", "")))
    if expected:
        return expected[1]
    stem = kind.removesuffix("_type").removesuffix("_parsing")
    return _copied(OF_TYPE.get(stem)) if stem != kind else None
