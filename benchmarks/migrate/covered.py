"""Which lines of an application its handlers executed: as the truth keeps them, and asked for.

In a truth, `executed` has for each file the lines that the same handlers executed, and which those
are, by their places in `handled`: {"shop/views.py": {"12-20,33": "0-4,7"}}. A range says nothing of
lines between that nothing begins on. `started` has the lines before the first request.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mscli.migrate import paths

Kept = dict[str, dict[str, str]]
Key = tuple[str, str, str]


def kept(told: Mapping[str, Any], handled: Iterable[Key]) -> Kept:
    """What `inside.executed` told, for the handlers of a truth in their order."""
    places = {key: place for place, key in enumerate(handled)}
    by_line: dict[str, dict[int, set[int]]] = {}
    for handler, method, route, files in told["handled"]:
        place = places.get((handler, method, paths.from_any(route)))
        if place is None:
            continue
        for file, line in ((file, line) for file, lines in files.items() for line in lines):
            by_line.setdefault(file, {}).setdefault(line, set()).add(place)
    return {
        file: _together(lines, told["lines"].get(file) or range(max(lines) + 1))
        for file, lines in sorted(by_line.items())
    }


def told_by(truth: Mapping[str, Any]) -> dict[str, Any]:
    """What a truth keeps, as it was told: lines that nothing begins on are in its ranges, too."""
    covered = Covered(truth)
    return {
        "handled": [
            [one["handler"], one["method"], one["path"], covered.of([place])]
            for place, one in enumerate(truth["handled"])
        ],
    }


def joined(before: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """What a truth kept, and what was told afterwards about the same code."""
    begun = {file: set(lines) for file, lines in told["lines"].items()}
    kept_before = [
        [*key, {file: done & begun.get(file, done) for file, done in files.items()}]
        for *key, files in before["handled"]
    ]
    return {"lines": told["lines"], "handled": [*kept_before, *told["handled"]]}


def started(told: Mapping[str, Any]) -> dict[str, str]:
    """What was executed before any request."""
    return {
        file: as_text(lines, sorted({*told["lines"][file], *lines}))
        for file, lines in told["started"].items()
    }


def _together(by_line: Mapping[int, set[int]], known: Iterable[int]) -> dict[str, str]:
    """Lines that the same handlers executed -> these handlers."""
    order = sorted({*known, *by_line})
    groups: dict[tuple[int, ...], list[int]] = {}
    for line in sorted(by_line):
        groups.setdefault(tuple(sorted(by_line[line])), []).append(line)
    return {
        as_text(lines, order): as_text(places, range(places[-1] + 1))
        for places, lines in groups.items()
    }


def as_text(numbers: Iterable[int], order: Iterable[int]) -> str:
    """`12-20,33`: numbers in ranges; one goes on as long as nothing in `order` is left out."""
    wanted = set(numbers)
    ranges: list[list[int]] = []
    goes_on = False
    for number in order:
        if number in wanted and goes_on:
            ranges[-1][1] = number
        elif number in wanted:
            ranges.append([number, number])
        goes_on = number in wanted
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in ranges)


def numbers(text: str) -> Iterator[int]:
    """The numbers of such a text."""
    for one in filter(None, text.split(",")):
        first, _, last = one.partition("-")
        yield from range(int(first), int(last or first) + 1)


class Covered:
    """What a truth says was executed."""

    def __init__(self, truth: Mapping[str, Any]) -> None:
        """Of a truth; nothing if it knows nothing of lines."""
        of: Kept = truth.get("executed", {})
        self.started = {
            file: frozenset(numbers(lines)) for file, lines in truth.get("started", {}).items()
        }
        self.by: dict[int, list[tuple[str, frozenset[int]]]] = {}
        for file, groups in of.items():
            for lines, places in groups.items():
                some = (file, frozenset(numbers(lines)))
                for place in numbers(places):
                    self.by.setdefault(place, []).append(some)

    def of(self, places: Iterable[int]) -> dict[str, set[int]]:
        """File -> lines that any of these handlers executed."""
        found: dict[str, set[int]] = {}
        for place in places:
            for file, lines in self.by.get(place, ()):
                found.setdefault(file, set()).update(lines)
        return found
