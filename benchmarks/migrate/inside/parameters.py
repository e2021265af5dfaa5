"""Values for the parameters of paths: what rows hold in columns of that name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product

from inside.rows import NATURAL, Home, Rows

MOST, EACH = 12, 12
SUFFIXES = ("_pk", "_id", "_slug", "_name", "_code", "_key", "pk", "id")
SPOKEN = {"format": "json", "lang": "en", "language": "en", "year": "2026"}
Candidate = tuple[str, Home | None]


def candidates(name: str, rows: Rows, near: str = "") -> list[Candidate]:
    """What may stand for one parameter; `near` is a table that the handler is about."""
    if name in SPOKEN:
        return [(SPOKEN[name], None)]
    stem = next((name.removesuffix(s) for s in SUFFIXES if name.endswith(s)), name)
    about = [t for t in rows.of if stem and t.endswith((stem, f"{stem}s"))]
    wanted = [(name, near), ("id", near)] if near else []
    wanted += [(name, "")]
    wanted += [(column, table) for column in ("id", name, *NATURAL) for table in about]
    wanted += [(stem, ""), (f"{stem}_id", "")]
    lists = [list(rows.values(column, table))[:4] for column, table in wanted]
    found: dict[str, Home | None] = {}
    for turn in range(4):  # a little of each, so that none is left out
        for some in lists:
            for value, home in some[turn : turn + 1]:
                found.setdefault(_text(value), home)
    for value in ("1", "2", "x"):
        found.setdefault(value, None)
    good = [(v, home) for v, home in found.items() if v and "/" not in v and len(v) < 200]
    return good[:EACH]


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def fillings(
    names: Sequence[str],
    rows: Rows,
    near: str = "",
    given: Mapping[str, str] | None = None,
) -> Iterator[dict[str, str]]:
    """Ways to fill all parameters of a path: first with rows that hang together."""
    if not names:
        yield {}
        return
    lists = [
        [(given[name], None)] if given and name in given else candidates(name, rows, near)
        for name in names
    ]
    while sum(map(len, lists)) > 3 * EACH and max(map(len, lists)) > 1:
        max(lists, key=len).pop()
    ways = list(product(*(enumerate(some) for some in lists)))
    ways.sort(key=lambda way: (_apart([one[1] for _, one in way], rows), sum(n for n, _ in way)))
    for way in ways[:MOST]:
        yield {name: one[0] for name, (_, one) in zip(names, way)}


def _apart(homes: Sequence[Home | None], rows: Rows) -> int:
    """How many pairs of parameters are of rows that do not hang on one another."""
    found = 0
    for one, other in combinations(homes, 2):
        if one is None or other is None:
            found += 1
        else:
            found += one not in rows.above(other) and other not in rows.above(one)
    return found
