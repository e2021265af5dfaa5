"""Label and field selectors, as they stand in a query."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.kubernetes.fake.resources import Object

_SET = re.compile(r"\s*([\w./-]+)\s+(in|notin)\s+\(([^)]*)\)\s*")
_EQUAL = re.compile(r"\s*([\w./-]+)\s*(==|=|!=)\s*([\w./-]*)\s*")


def selected(labels: str, fields: str) -> Callable[[Object], bool]:
    """Whether an object is one of those that a request asks for."""
    tests = [_label(each) for each in _parts(labels)] + [_field(each) for each in _parts(fields)]
    return lambda found: all(test(found) for test in tests)


def _parts(text: str) -> list[str]:
    return [part for part in re.split(r",(?![^(]*\))", text) if part.strip()]


def _label(text: str) -> Callable[[Object], bool]:
    if match := _SET.fullmatch(text):
        name, word, values = match[1], match[2], {each.strip() for each in match[3].split(",")}
        return lambda found: (_labels(found).get(name) in values) == (word == "in")
    if match := _EQUAL.fullmatch(text):
        name, sign, value = match[1], match[2], match[3]
        return lambda found: (_labels(found).get(name) == value) == (sign != "!=")
    name = text.strip()
    if name.startswith("!"):
        return lambda found: name[1:] not in _labels(found)
    return lambda found: name in _labels(found)


def _field(text: str) -> Callable[[Object], bool]:
    match = _EQUAL.fullmatch(text)
    assert match, f"the fake does not know the field selector {text}"
    path, sign, value = match[1].split("."), match[2], match[3]

    def test(found: Object) -> bool:
        place: Any = found
        for step in path:
            place = place.get(step, "") if isinstance(place, dict) else ""
        return (str(place) == value) == (sign != "!=")

    return test


def _labels(found: Object) -> dict[str, str]:
    return found["metadata"].get("labels") or {}
