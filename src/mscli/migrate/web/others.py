"""Other applications in the same code: a second `FastAPI()`, which another process serves."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.entries import Entries
from mscli.migrate.walk.graph.nodes import Confidence, Unresolved

WHAT = "an application beside the one with the most routes: what only it has is `possible`"


def tell_apart(engine: Engine, entries: Entries) -> None:
    """The monolith's is the one with the most routes; where two have as many, nobody knows."""
    counts = Counter(site for route in entries.routes for site in route.applications)
    most = max(counts.values(), default=0)
    main = {site for site, count in counts.items() if count == most}
    for place, route in enumerate(entries.routes):
        if route.applications and main.isdisjoint(route.applications):
            entries.routes[place] = replace(route, confidence=Confidence.POSSIBLE)
            for site in route.applications:
                engine.unresolved[Unresolved("mount", WHAT, site)] = None
