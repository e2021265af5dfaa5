"""Values for the parameters of paths: what rows hold in columns of that name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

MOST = 10


def candidates(name: str, values: Mapping[str, Sequence[object]], near: str = "") -> list[str]:
    """What may stand for one parameter; `near` is a table that the handler is about."""
    stem = name
    for suffix in ("_pk", "_id", "_slug", "_name", "pk", "id"):
        if name.endswith(suffix):
            stem = name.removesuffix(suffix)
            break
    found: dict[str, None] = {}
    wanted = [f"{near}.{name}", f"{near}.id"] if near else []
    wanted += [name]
    wanted += [key for key in values if stem and key.endswith((f"{stem}.id", f"{stem}s.id"))]
    wanted += [key for key in values if stem and key.endswith((f"{stem}.{name}", f"{stem}s.name"))]
    wanted += [stem, f"{stem}_id"]
    for key in wanted:
        found.update(dict.fromkeys(_texts(values.get(key, ())[:4])))
    found.update(dict.fromkeys(("1", "2", *_texts(values.get("id", ())[:3]), "x")))
    return [value for value in found if value and "/" not in value and len(value) < 200]


def _texts(values: Sequence[object]) -> list[str]:
    return [v.decode("latin-1") if isinstance(v, bytes) else str(v) for v in values]


def fillings(
    names: Sequence[str], values: Mapping[str, Sequence[object]], near: str = ""
) -> Iterator[dict[str, str]]:
    """Ways to fill all parameters of a path, the likeliest first."""
    if not names:
        yield {}
        return
    lists = [candidates(name, values, near) for name in names]
    for turn in range(min(MOST, max(map(len, lists)))):
        yield {name: some[turn % len(some)] for name, some in zip(names, lists)}
