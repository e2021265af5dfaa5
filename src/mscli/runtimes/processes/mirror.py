"""Requests of some routes mirrored to a listener, beside the answers that they get as ever.

A file beside the rendered routes, which Traefik reads with them: each route once more, one step
above itself, through Traefik's own mirroring. Whenever routes are written it is gone, so that it
never holds on to what was before; who still listens puts it back.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import Any

from mscli.errors import RuntimeFailed
from mscli.model.process import Plan
from mscli.runtimes.processes.place import Place

FILE = "mirror.yml"
ROUTE = "route "
BESIDE = ("public", "cors", "door")
"""Middlewares that come before the mirror; the others belong to the service behind a route."""


def mirrored(
    document: dict[str, Any], paths: Collection[str], url: str, longest: int
) -> dict[str, Any]:
    """What mirrors the routes at `paths` (all if there are none) of rendered routes to `url`."""
    routers: dict[str, Any] = {}
    services: dict[str, Any] = {"mirror": {"loadBalancer": {"servers": [{"url": url}]}}}
    for name, router in document["http"]["routers"].items():
        path = name.removeprefix(ROUTE)
        if not name.startswith(ROUTE) or (paths and path not in paths):
            continue
        inner = [each for each in router["middlewares"] if each not in BESIDE]
        outer = [each for each in router["middlewares"] if each in BESIDE]
        routers[f"mirror {path}"] = {
            **router,
            "priority": router["priority"] + 1,
            "middlewares": outer,
            "service": f"mirror of {path}",
        }
        services[f"mirror of {path}"] = {
            "mirroring": {
                "service": f"mirrored {path}",
                "maxBodySize": longest,
                "mirrors": [{"name": "mirror", "percent": 100}],
            }
        }
        weighted = {"services": [{"name": router["service"], "weight": 1}]}
        services[f"mirrored {path}"] = {"weighted": weighted} | (
            {"middlewares": inner} if inner else {}
        )
    return {"http": {"routers": routers, "services": services}}


def _folder(place: Place, plan: Plan) -> Path:
    routes = next((path for path in plan.live if path.endswith("dynamic/routes.yml")), "")
    if not routes:
        raise RuntimeFailed("the system has no gateway that mirrors requests")
    return place.file(*routes.split("/")).parent


def begin(
    place: Place, plan: Plan, paths: Collection[str], url: str, longest: int
) -> tuple[str, ...]:
    """Mirror, also after routes have changed; the paths that are mirrored."""
    import yaml

    folder = _folder(place, plan)
    file = folder / FILE
    routes = yaml.safe_load((folder / "routes.yml").read_text())
    document = mirrored(routes, paths, url, longest)
    if not file.exists():
        staged = folder.parent / f"{FILE}.new"
        staged.write_text(yaml.safe_dump(document))
        os.replace(staged, file)  # noqa: PTH105
    return tuple(name.removeprefix("mirror ") for name in document["http"]["routers"])


def end(place: Place, plan: Plan) -> None:
    """Mirror no more."""
    (_folder(place, plan) / FILE).unlink(missing_ok=True)
