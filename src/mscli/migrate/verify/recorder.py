"""A listener that writes down what is mirrored to it and answers with nothing.

Requests are answered by their service as ever: what happens here delays and fails none of them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from mscli.migrate.verify.recording import Recording, Request

LONGEST = 1024 * 1024
"""Bytes of a body that is mirrored."""


class Recorder:
    """Writes requests to a recording until it has `most`; `full` says so."""

    def __init__(
        self, recording: Recording, clean: Callable[[Request], Request], most: int | None
    ) -> None:
        self.recording = recording
        self.full = threading.Event()
        self._clean = clean
        self._most = most
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """Where requests are mirrored to."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        """Listen."""
        self._thread.start()

    def stop(self) -> None:
        """Listen no more, and close the recording."""
        self._server.shutdown()
        self._server.server_close()
        with self._lock:
            self.recording.close()
            self.full.set()

    def take(self, request: Request) -> None:
        """Write one request, if there is room."""
        with self._lock:
            if self.full.is_set():
                return
            self.recording.add(self._clean(request))
            if self._most is not None and self.recording.count >= self._most:
                self.full.set()


def _handler(recorder: Recorder) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "recorder"
        timeout = 30

        def handle_one_request(self) -> None:
            """Any method, also one that nobody has heard of."""
            try:
                self.raw_requestline = self.rfile.readline(65537)
                if not self.raw_requestline or not self.parse_request():
                    self.close_connection = True
                    return
                recorder.take(
                    Request(self.command, self.path, tuple(self.headers.items()), self._body())
                )
                self.send_response_only(204)
                self.end_headers()
                self.wfile.flush()
            except (OSError, ValueError):
                self.close_connection = True

        def _body(self) -> bytes:
            if "chunked" in self.headers.get("Transfer-Encoding", ""):
                parts = []
                while size := int(self.rfile.readline(1000).split(b";")[0], 16):
                    parts.append(self.rfile.read(size))
                    self.rfile.readline(10)
                self.rfile.readline(10)
                return b"".join(parts)
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    return Handler
