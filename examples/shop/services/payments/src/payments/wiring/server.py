# Merged by mscli: `mscli update` merges new versions into it.
"""The server, and how it ends.

On SIGTERM or Ctrl-C the service says that it is no longer ready but goes on answering until no
request is in flight, or its grace is over; then it closes and exits with code 0. A second signal
ends it at once.
"""

import contextlib
import gc
import math
import signal
from time import monotonic
from types import FrameType

import uvicorn
from fastapi import FastAPI

from .health import Service

# Longer than any client or router here keeps an idle connection: they close it, never we, so that
# no request is sent into a connection that is being closed.
KEEP_ALIVE = 120


class DrainingServer(uvicorn.Server):
    """uvicorn, which by itself would close its port first and die of the signal in the end."""

    def __init__(self, config: uvicorn.Config, service: Service, grace: float) -> None:
        super().__init__(config)
        self._service = service
        self._grace = grace
        self._end = math.inf

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Begin to drain."""
        if self._service.stopping:
            self.should_exit = self.force_exit = True
            return
        self._service.stopping = True
        self._end = monotonic() + self._grace

    async def on_tick(self, counter: int) -> bool:
        """Whether to close now; asked ten times a second."""
        if self._service.stopping:
            left = self._end - monotonic()
            self.should_exit |= not self._service.in_flight or left <= 0
            self.config.timeout_graceful_shutdown = max(1, math.ceil(left))
        return await super().on_tick(counter)


def serve(app: FastAPI, host: str, port: int, grace: float) -> int:
    """Serve until a signal; the exit code."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        lifespan="on",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE,
    )
    # Until the server takes over (the first line of `run`), a signal ends the process cleanly too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        DrainingServer(config, app.state.service, grace).run()
    gc.freeze()  # or Python looks for garbage in all that was imported: a quarter of a second
    return 0
