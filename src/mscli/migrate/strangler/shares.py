"""Who gets what of a path after a flip: pure, from the system as it is declared."""

from __future__ import annotations

from collections.abc import Sequence

from mscli.errors import MscliError, UsageError
from mscli.migrate.strangler.paths import is_below
from mscli.model.system import Prefix, Route, Share, System
from mscli.systemfile.places import did_you_mean, quoted

WHOLE = 100


def shares_after(
    system: System, path: str, service: str, percent: int = WHOLE, prefix: Prefix | None = None
) -> tuple[Share, ...]:
    """The shares of the route at `path` when `service` gets `percent` of it.

    The others keep their proportions in the rest; where they have none, it goes to the first, which
    is where the route came from. A path below a route leaves it with the services of that route.
    Raises MscliError for an unknown service or path.
    """
    if service not in system.services:
        near = did_you_mean(service, system.services)
        raise MscliError(f"no service {quoted(service)}", near or _add(service))
    known = _known(system, path)
    old = next((share for share in known if share.service == service), None)
    others = [share for share in known if share.service != service]
    if not others and percent < WHOLE:
        raise UsageError(
            f"{quoted(service)} is all that {quoted(path)} has: nobody could get the rest",
            "name another service with --to",
        )
    sees = prefix or (old.prefix if old else known[0].prefix)
    mine = Share(service, percent, sees)
    rest = iter(_divided(others, WHOLE - percent))
    if old is None:
        return (*rest, mine)
    return tuple(mine if share is old else next(rest) for share in known)


def _add(service: str) -> str:
    return f"add it with: mscli new service {service}"


def route_at(system: System, path: str) -> Route | None:
    """The route at exactly this path."""
    wanted = path.rstrip("/")
    return next((route for route in system.routes if route.path.rstrip("/") == wanted), None)


def covering(system: System, path: str) -> Route | None:
    """The route that answers for `path` now: the longest that it is below."""
    found = [route for route in system.routes if is_below(path, route.path)]
    return max(found, key=lambda route: route.path.rstrip("/").count("/"), default=None)


def _known(system: System, path: str) -> tuple[Share, ...]:
    """The services of the route at `path`, or of the one above it, as they would see `path`."""
    if route := route_at(system, path):
        return route.known
    above = covering(system, path)
    if above is None:
        paths = [route.path for route in system.routes]
        near = did_you_mean(path, paths)
        raise MscliError(
            f"no route {quoted(path)}", near or f"publish it: mscli new route {path} --to SERVICE"
        )
    if above.path != "/" and any(share.prefix == "strip" for share in above.serving):
        raise MscliError(
            f"{quoted(above.path)} is taken off before {above.service} sees {quoted(path)}, so"
            " that a route of its own would show it another path",
            f"flip {above.path} as a whole, or let it keep its prefix",
        )
    return tuple(Share(share.service, share.percent, "keep") for share in above.known)


def _divided(shares: Sequence[Share], whole: int) -> list[Share]:
    """`whole` percent among shares in the proportions that they have; the first takes the rest."""
    if not shares:
        return []
    before = sum(share.percent for share in shares)
    parts = [whole * share.percent // before if before else 0 for share in shares]
    parts[0] += whole - sum(parts)
    return [
        Share(share.service, part, share.prefix) for share, part in zip(shares, parts, strict=True)
    ]
