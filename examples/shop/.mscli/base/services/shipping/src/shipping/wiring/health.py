# Merged by mscli: `mscli update` merges new versions into it.
"""The service as the system sees it: health, metrics, wiring. The gateway hides these endpoints."""

import logging
from asyncio import timeout
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import JSONResponse
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

PATHS = frozenset({"/livez", "/readyz", "/metrics", "/wiring"})
CHECK_TIMEOUT = 1.0  # seconds; a router asks about once a second

Check = Callable[[], Awaitable[None]]
"""Returns when all is well, raises when it is not."""

logger = logging.getLogger(__name__)


def _metrics() -> CollectorRegistry:
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry


@dataclass(slots=True)
class Service:
    """What the parts of the wiring know together: one a process, made by `app.py`."""

    name: str
    metrics: CollectorRegistry = field(default_factory=_metrics)
    checks: dict[str, Check] = field(default_factory=dict)
    calls: dict[str, Callable[[], Mapping[str, object]]] = field(default_factory=dict)
    """By the call's name: what `GET /wiring` says of it at this moment."""
    untraced: Callable[[], AbstractContextManager[object]] = nullcontext
    """What checks run in: a router asks every second, and nobody wants to read that."""
    in_flight: int = 0
    started: bool = False
    stopping: bool = False

    async def readiness(self) -> tuple[str, dict[str, str]]:
        """`ready`, or why not, and what each check said. Checks only between start and stop."""
        if self.stopping or not self.started:
            return ("stopping" if self.stopping else "starting"), {}
        with self.untraced():
            results = {name: await _result(check) for name, check in self.checks.items()}
        return ("ready" if set(results.values()) <= {"ok"} else "not ready"), results


async def _result(check: Check) -> str:
    try:
        async with timeout(CHECK_TIMEOUT):
            await check()
    except Exception as error:  # whatever it is; not its text, which may hold secrets
        return f"failed: {type(error).__name__}"
    return "ok"


def add_endpoints(app: FastAPI, service: Service) -> None:
    """Add `/livez`, `/readyz`, `/metrics` and `/wiring`."""
    router = APIRouter(include_in_schema=False)
    last = "ready"

    @router.get("/livez")
    async def livez() -> JSONResponse:
        """The process answers: no reason to restart it."""
        return JSONResponse({"status": "ok"})

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        """Whether requests may be sent here; 503 while starting, stopping, or a check fails."""
        nonlocal last
        status, checks = await service.readiness()
        if status != last:
            logger.warning("readiness changed", extra={"status": status, "checks": checks})
            last = status
        return JSONResponse({"status": status, "checks": checks}, 200 if status == "ready" else 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        """The metrics, in Prometheus's text format."""
        return Response(generate_latest(service.metrics), media_type=CONTENT_TYPE_LATEST)

    @router.get("/wiring")
    async def wiring() -> JSONResponse:
        """Where each call goes, by which policy, and how its breaker stands."""
        breakers = [describe() for describe in service.calls.values()]
        return JSONResponse({"service": service.name, "breakers": breakers})

    app.include_router(router)
