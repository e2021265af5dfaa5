"""What came and went in the code since a person's file was written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Gone:
    """What the file has and the code has no more; `now` are the names that it goes by today."""

    kind: str
    what: str
    service: str
    now: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Added:
    """What the code has and the file does not say; `service` is proposed."""

    kind: str
    what: str
    service: str


@dataclass(frozen=True, slots=True)
class Since:
    """All of it, in the order of kinds and names."""

    gone: tuple[Gone, ...] = ()
    added: tuple[Added, ...] = ()


def followed(route: str, unplaced: Set[str]) -> tuple[str, ...]:
    """Routes of the same path, whatever their methods and however their parameters are called."""
    shape = _shape(route)
    return tuple(sorted(other for other in unplaced if _shape(other) == shape))


def _shape(route: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", route.partition(" ")[2])


def added(
    owners: Mapping[str, Mapping[str, str]], decided: Mapping[str, Mapping[str, str]]
) -> tuple[Added, ...]:
    """What is owned now and was not decided; both are mappings of owners by kind."""
    return tuple(
        Added(kind, what, service)
        for kind, of in owners.items()
        for what, service in sorted(of.items())
        if what not in decided[kind]
    )


def as_plain(since: Since) -> dict[str, list[dict[str, object]]]:
    """For programs."""
    return {
        "gone": [{g.kind: g.what, "in": g.service, "now": list(g.now)} for g in since.gone],
        "added": [{a.kind: a.what, "in": a.service} for a in since.added],
    }


def told(since: Since) -> list[str]:
    """For a person: the first of each, and how many there are."""
    parts = (
        ("left out, the code has them no more", [_said(g) for g in since.gone if not g.now]),
        ("have another name", [_said(g) for g in since.gone if g.now]),
        ("proposed, the file has them not", [_said(a) for a in since.added]),
    )
    return [line for title, lines in parts if lines for line in _some(title, lines)]


def _said(one: Gone | Added) -> str:
    now = f", now {', '.join(one.now)}" if isinstance(one, Gone) and one.now else ""
    return f"{one.kind} {one.what}{now} ({one.service})"


def _some(title: str, lines: Iterable[str]) -> Iterator[str]:
    lines = list(lines)
    yield f"  {title}: {len(lines)}"
    yield from (f"    {line}" for line in lines[:SHOWN])
    if len(lines) > SHOWN:
        yield f"    and {len(lines) - SHOWN} more"
