# Merged by mscli: `mscli update` merges new versions into it.
"""What happens around every request: its id, its access log line, its metrics, its last resort."""

import logging
import re
from time import perf_counter
from uuid import uuid4

from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .health import PATHS, Service
from .logs import request_id
from .problems import Kind, problem

ACCEPTED_ID = re.compile(r"[\w.:/+=@-]{1,128}", re.ASCII)

access = logging.getLogger("access")
logger = logging.getLogger(__name__)


class RequestLog:
    """Middleware. The system's own questions (`/livez` ...) are logged at DEBUG only."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service
        labels = ("method", "route", "status")
        self._total = Counter(
            "http_requests", "Requests answered.", labels, registry=service.metrics
        )
        self._seconds = Histogram(
            "http_request_duration_seconds",
            "Time to the last byte.",
            labels[:2],
            registry=service.metrics,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        identity = given if ACCEPTED_ID.fullmatch(given) else uuid4().hex
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = identity
            await send(message)

        internal = scope["path"] in PATHS
        self._service.in_flight += not internal
        token = request_id.set(identity)
        started = perf_counter()
        try:
            await self._app(scope, receive, send_with_id)
        except Exception:
            logger.exception("a request failed for a reason that has no kind")
            if not status:
                await problem(Kind(500, "Internal error"))(scope, receive, send_with_id)
        finally:
            self._service.in_flight -= not internal
            self._note(scope, status, perf_counter() - started, internal=internal)
            request_id.reset(token)

    def _note(self, scope: Scope, status: int, seconds: float, *, internal: bool) -> None:
        method, path = scope["method"], scope["path"]
        fields = {"method": method, "path": path, "status": status}
        fields["duration_ms"] = round(seconds * 1000, 2)
        level = logging.DEBUG if internal else logging.INFO
        access.log(level, "%s %s %s", method, path, status, extra=fields)
        if not internal:
            # The route's pattern, not the path: ids in labels would grow without bound.
            route = getattr(scope.get("route"), "path", "none")
            self._total.labels(method, route, status).inc()
            self._seconds.labels(method, route).observe(seconds)
