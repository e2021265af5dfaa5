"""References in a service's own variables to what it is told: `$(DATABASE_URL)`.

They are written as in Kubernetes ("dependent environment variables").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mscli.model.stack import Part, Value

_REFERENCE = re.compile(r"\$(\$)?\((\w*)\)")


def refers(text: str) -> bool:
    """Whether anything in a text is a reference, or would be without its second `$`."""
    return "$(" in text and _REFERENCE.search(text) is not None


def names_in(text: str) -> list[str]:
    """The names that a text refers to, in order."""
    return [found[2] for found in _REFERENCE.finditer(text) if not found[1]]


def expanded(text: str, known: Mapping[str, Value]) -> tuple[Part, ...]:
    """The parts of a text with what it refers to in place; what nobody knows stays as it is."""
    return tuple(part for part in _parts(text, known) if part != "")


def _parts(text: str, known: Mapping[str, Value]) -> Iterator[Part]:
    end = 0
    for found in _REFERENCE.finditer(text):
        yield text[end : found.start()]
        end = found.end()
        value = known.get(found[2])
        if found[1]:
            yield f"$({found[2]})"
        elif value is None:
            yield found[0]
        elif isinstance(value, tuple):
            yield from value
        else:
            yield value
    yield text[end:]
