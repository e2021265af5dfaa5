"""Which of several routers is asked first: a narrow path stands before a wide one that hides it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from mscli.migrate.apply.moving.placing import Mount


def hides(path: str, other: str) -> bool:
    """Whether a route at a path would take the requests for another: `/books/{pk}`, `/books/mine`.

    Paths as facts have them, where a parameter is one part.
    """
    ours, theirs = path.split("/"), other.split("/")
    return len(ours) == len(theirs) and all(
        "{" in one or one == two for one, two in zip(ours, theirs, strict=True)
    )


def ordered(paths: Mapping[Mount, Collection[str]]) -> list[Mount]:
    """Mounts in an order in which none hides a route of a later one.

    What the monolith answers was not hidden there, so its own order said the same. Where two hide
    routes of each other, they are in the order of their names.
    """
    left, found = sorted(paths), []
    while left:
        free = (m for m in left if not any(_hides(paths[m], paths[o]) for o in left if o != m))
        found.append(next(free, left[0]))
        left.remove(found[-1])
    return found


def _hides(ours: Collection[str], theirs: Collection[str]) -> bool:
    return any(hides(one, two) and not hides(two, one) for one in ours for two in theirs)
