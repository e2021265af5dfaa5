"""What the running gateway says of itself: how often it has read its routes."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable

from mscli.model.process import Plan, Process

RELOADS = "traefik_config_reloads_total"
PATIENCE = 3.0
"""Seconds. Traefik waits 0.1 s for more changes before it reads."""
SETTLED = 0.05
"""Seconds from the count to the routes: Traefik counts first, and then builds them."""


def gateway_of(plan: Plan | None) -> Process | None:
    """The gateway's process."""
    return next((p for p in plan.processes if p.kind == "gateway"), None) if plan else None


def reloads(gateway: Process | None) -> float | None:
    """How often the gateway has read its configuration; None if it does not answer."""
    if gateway is None:
        return None
    connection = http.client.HTTPConnection("127.0.0.1", gateway.ports["admin"], timeout=1)
    try:
        connection.request("GET", "/metrics")
        return reloads_in(connection.getresponse().read().decode())
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def reloads_in(metrics: str) -> float | None:
    """The count among all that the gateway counts."""
    lines = (line for line in metrics.splitlines() if line.startswith(RELOADS))
    return next((float(line.rpartition(" ")[2]) for line in lines), None)


def wait_for_reload(count: Callable[[], float | None], before: float | None) -> bool:
    """Wait until the gateway has read its configuration once more; whether it has."""
    deadline = time.monotonic() + PATIENCE
    while before is not None and time.monotonic() < deadline:
        now = count()
        if now is not None and now > before:
            time.sleep(SETTLED)
            return True
        time.sleep(0.02)
    return False
