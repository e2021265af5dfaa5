"""A called service that a test holds in its hand: it answers, fails or hangs as it is told."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .waiting import eventually


@dataclass(frozen=True)
class Seen:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        """The value, whatever the case of the name; empty if there is none."""
        lowered = {given.lower(): value for given, value in self.headers.items()}
        return lowered.get(name.lower(), "")


@dataclass
class Upstream:
    """`statuses` are given one after another, then `status` for ever."""

    port: int = 0
    status: int = 200
    statuses: list[int] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    open_door: threading.Event = field(default_factory=threading.Event)
    """While it is not set, requests wait before they are answered."""
    half_a_body: bool = False

    def __post_init__(self) -> None:
        self.open_door.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_for(self, requests: int) -> None:
        eventually(lambda: len(self.seen) >= requests, f"{requests} requests at the called service")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that went away is what some tests are about."""


def _handler(upstream: Upstream) -> type[BaseHTTPRequestHandler]:
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet an answer: Nagle's algorithm would add 40 ms to each

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with lock:
                upstream.seen.append(Seen(self.command, self.path, dict(self.headers), body))
                status = upstream.statuses.pop(0) if upstream.statuses else upstream.status
            upstream.open_door.wait()
            document = json.dumps({"service": "payments"}).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(document)))
            self.end_headers()
            if upstream.half_a_body:
                self.wfile.write(document[:3])
                self.wfile.flush()
                upstream.open_door.clear()
                upstream.open_door.wait()
            self.wfile.write(document)
            self.wfile.flush()

        do_GET = do_POST = answer  # noqa: N815 - the names are http.server's

        def log_message(self, format: str, *args: object) -> None:
            """Silence."""

    return Handler


@contextmanager
def running_upstream() -> Iterator[Upstream]:
    upstream = Upstream()
    make: Callable[..., socketserver.BaseRequestHandler] = _handler(upstream)
    with _Server(("127.0.0.1", 0), make) as server:
        upstream.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield upstream
        finally:
            upstream.half_a_body = False
            upstream.open_door.set()
            server.shutdown()
