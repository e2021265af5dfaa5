"""A client that sends bytes as they are: no library tidies up the path or the headers."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `headers` in order, as they were written."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """All values of a header joined, or None."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None

    @property
    def json(self) -> Any:  # noqa: ANN401 - a document
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def seen(self) -> tuple[str, str]:
        """Replica and request target, of an echo."""
        return self.json["replica"], self.json["target"]

    def received(self, name: str) -> str | None:
        """A header that the backend received, of an echo."""
        values = [value for key, value in self.json["headers"] if key.lower() == name.lower()]
        return ", ".join(values) if values else None

    @property
    def comparable(self) -> tuple[object, ...]:
        """Everything but the time."""
        return self.status, tuple(h for h in self.headers if h[0].lower() != "date"), self.body


def written(
    method: str,
    target: str,
    headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    body: bytes = b"",
) -> bytes:
    """A request's bytes, with nothing added but Host, Connection and Content-Length."""
    pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
    lower = {name.lower() for name, _ in pairs}
    if "host" not in lower:
        pairs.insert(0, ("Host", "shop.test"))
    if "connection" not in lower:
        pairs.append(("Connection", "close"))
    if body and not lower & {"content-length", "transfer-encoding"}:
        pairs.append(("Content-Length", str(len(body))))
    head = "".join(f"{name}: {value}\r\n" for name, value in pairs)
    return f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body


def chunked(body: bytes, size: int = 65536) -> bytes:
    """`body` in chunks, with the last empty one."""
    chunks = (body[start : start + size] for start in range(0, len(body), size))
    return b"".join(b"%x\r\n%b\r\n" % (len(c), c) for c in chunks) + b"0\r\n\r\n"


@contextmanager
def connected(port: int, limit: float = 20) -> Iterator[socket.socket]:
    """A connection to the loopback's `port`."""
    with socket.create_connection(("127.0.0.1", port), limit) as connection:
        yield connection


def exchange(port: int, request: bytes, limit: float = 20) -> Answer:
    """Send a request's bytes and read the answer. An answer may come before all is sent."""
    with connected(port, limit) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(request)
        method = request.split(b" ", 1)[0].decode()
        response = http.client.HTTPResponse(connection, method=method)
        response.begin()
        return Answer(response.status, tuple(response.getheaders()), response.read())
