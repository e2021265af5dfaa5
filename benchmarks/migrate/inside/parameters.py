"""Values for the parameters of paths: what rows hold in columns of that name."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product

from inside.rows import NATURAL, Home, Rows

MOST, EACH, WIDE, SHORT = 14, 14, 16, 3
SUFFIXES = ("_pk", "_id", "_slug", "_name", "_code", "_key", "pk", "id")
SPOKEN = {"format": "json", "lang": "en", "language": "en", "year": "2026"}
Candidate = tuple[str, tuple[Home, ...]]


def candidates(name: str, rows: Rows, near: str = "", word: str = "") -> list[Candidate]:
    """What may stand for one parameter; `near` is a table that the handler is about, `word` is
    what stands before the parameter in the path.
    """
    if name in SPOKEN:
        return [(SPOKEN[name], ())]
    stem = next((name.removesuffix(s) for s in SUFFIXES if name.endswith(s)), name)
    about = [t for t in rows.of if stem and t.endswith((stem, f"{stem}s"))]
    told = _told(word, rows) if word else []
    wanted = [(name, near), ("id", near)] if near else []
    wanted += [(column, table) for column in (name, "id") for table in told]
    wanted += [(name, "")]
    wanted += [(column, table) for column in ("id", name, *NATURAL) for table in about]
    wanted += [(column, table) for column in NATURAL for table in told]
    wanted += [(stem, ""), (f"{stem}_id", "")]
    lists = [list(rows.values(column, table))[:4] for column, table in wanted]
    found: dict[str, list[Home]] = {}
    for turn in range(4):  # a little of each, so that none is left out
        for some in lists:
            for value, home in some[turn : turn + 1]:
                found.setdefault(_text(value), []).append(home)
    for value in ("1", "2", "x"):
        found.setdefault(value, [])
    good = [(v, tuple(homes)) for v, homes in found.items() if v and "/" not in v and len(v) < 200]
    return good[:EACH]


def _told(word: str, rows: Rows) -> list[str]:
    """Tables that a word of a path may mean: the one of that name, or those that have it in it."""
    one = word.lower().replace("-", "_").removesuffix("s")
    exact = [table for table in rows.of if table in (one, f"{one}s")]
    ends = [table for table in rows.of if table.endswith((f"_{one}", f"_{one}s"))]
    return exact or ends or [table for table in rows.of if len(one) > SHORT and one in table][:2]


def about(path: str, rows: Rows) -> dict[str, object]:
    """What the first rows hold that the words of a path are about; the last word counts most."""
    found: dict[str, object] = {}
    for word in re.findall(r"(?<=/)[A-Za-z_][\w-]*(?=/|$)", path):
        for table in _told(word, rows)[:1]:
            found.update(rows.of[table][0] if rows.of[table] else {})
    return {name: value for name, value in found.items() if value not in (None, "")}


def words(path: str, names: Sequence[str]) -> dict[str, str]:
    """The word before each parameter in a path of any notation."""
    found = {}
    for name in names:
        before = re.search(rf"([A-Za-z_][\w-]*)/(?:<\w+:|<|\{{|%\(){name}\b", path)
        if before:
            found[name] = before[1]
    return found


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return str(uuid.UUID(bytes=value)) if len(value) == WIDE else value.hex()
    return str(value)


def fillings(
    names: Sequence[str],
    rows: Rows,
    near: str = "",
    given: Mapping[str, str] | None = None,
    path: str = "",
) -> Iterator[dict[str, str]]:
    """Ways to fill all parameters of a path: first with rows that hang together."""
    if not names:
        yield {}
        return
    told = words(path, names)
    lists = [
        [(given[name], ())]
        if given and name in given
        else candidates(name, rows, near, told.get(name, ""))
        for name in names
    ]
    while sum(map(len, lists)) > 3 * EACH and max(map(len, lists)) > 1:
        max(lists, key=len).pop()
    ways = list(product(*(enumerate(some) for some in lists)))
    apart: dict[tuple[Candidate, Candidate], bool] = {}

    def distance(way: tuple[tuple[int, Candidate], ...]) -> tuple[int, int]:
        pairs = combinations([one for _, one in way], 2)
        return sum(_apart(pair, rows, apart) for pair in pairs), sum(n for n, _ in way)

    for way in sorted(ways, key=distance)[:MOST]:
        yield {name: one[0] for name, (_, one) in zip(names, way)}


def _apart(
    pair: tuple[Candidate, Candidate], rows: Rows, known: dict[tuple[Candidate, Candidate], bool]
) -> bool:
    """Whether no row that has one value hangs on a row that has the other."""
    if pair not in known:
        known[pair] = not any(
            one in rows.above(other) or other in rows.above(one)
            for one in pair[0][1]
            for other in pair[1][1]
        )
    return known[pair]
