"""Small HTTP servers that stand for services: they say what they received, byte for byte.

What the last part of the path asks for:

    /status/503        that status           /slow/1.5      answers after 1.5 s
    /big/1000000       that many bytes       /events/3/0.5  as many server-sent events, 0.5 s apart
    /socket            a WebSocket that echoes              /readyz        what `ready` says
    /cors, /server     headers that services set on their own
    anything else      the request as JSON (`Echo`)
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tests.ports import free_port

_HEAD_END = b"\r\n\r\n"
_WEBSOCKET = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came off the wire; `target` is not decoded."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """All values of a header, joined."""
        return ", ".join(value for key, value in self.headers if key.lower() == name.lower())


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """The result of `work`, which runs in the loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def stop(self) -> None:
        """End the thread; every task is cancelled."""
        self.run(_cancel_all())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


async def _cancel_all() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@dataclass(slots=True)
class Backend:
    """One replica, on a port that stays its own while it is down."""

    name: str
    loop: Loop
    port: int = field(default_factory=free_port)
    ready: bool = True
    requests: list[Request] = field(default_factory=list)
    _server: asyncio.Server | None = None
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def hits(self) -> int:
        """How many requests came, readiness checks left out."""
        return len(self.requests)

    def start(self) -> None:
        """Listen."""
        self.loop.run(self._start())

    def kill(self) -> None:
        """Close the port and reset every connection, as a process that is killed does."""
        self.loop.run(self._kill())

    async def _start(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)

    async def _kill(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._writers):
            writer.transport.abort()
        await asyncio.sleep(0)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while (request := await _read(reader)) is not None:
                if not await self._answered(request, reader, writer):
                    break
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _answered(
        self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        path = request.target.partition("?")[0]
        if path == "/readyz" and request.header("User-Agent").startswith("Go-http-client"):
            writer.write(_answer(200 if self.ready else 503, b"{}"))
            return True
        self.requests.append(request)
        parts = path.strip("/").split("/")
        match parts[-3:]:
            case [*_, "status", code]:
                writer.write(_answer(int(code), b'{"from": "service"}'))
            case [*_, "slow", seconds]:
                await asyncio.sleep(float(seconds))
                writer.write(_answer(200, self._echo(request)))
            case [*_, "big", size]:
                writer.write(_answer(200, b"x" * int(size)))
            case [*_, "events", count, pause]:
                await _events(writer, int(count), float(pause))
            case [*_, "socket"]:
                await _echo_socket(request, reader, writer)
                return False
            case [*_, "server"]:
                writer.write(_answer(200, b"{}", Server="uvicorn/1", X_Powered_By="Express"))
            case [*_, "cors"]:
                writer.write(_answer(200, b"{}", Access_Control_Allow_Origin="https://x", Vary="A"))
            case _:
                writer.write(_answer(200, self._echo(request)))
        await writer.drain()
        return True

    def _echo(self, request: Request) -> bytes:
        echo = {
            "replica": self.name,
            "method": request.method,
            "target": request.target,
            "headers": request.headers,
            "size": len(request.body),
            "digest": hashlib.sha256(request.body).hexdigest(),
        }
        return json.dumps(echo).encode()


async def _read(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = await reader.readuntil(_HEAD_END)
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.removesuffix(_HEAD_END).decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = tuple((key, value.strip()) for key, _, value in (x.partition(":") for x in lines))
    request = Request(method, target, headers, b"")
    if request.header("Transfer-Encoding").lower() == "chunked":
        body = await _chunks(reader)
    else:
        body = await reader.readexactly(int(request.header("Content-Length") or 0))
    return Request(method, target, headers, body)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readuntil(b"\r\n")
    return body


def _answer(status: int, body: bytes, **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} -", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "Content-Type: application/json", "", ""]).encode() + body


async def _events(writer: asyncio.StreamWriter, count: int, pause: float) -> None:
    writer.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    for number in range(count):
        event = f"data: {number}\n\n".encode()
        writer.write(b"%x\r\n%b\r\n" % (len(event), event))
        await writer.drain()
        await asyncio.sleep(pause)
    writer.write(b"0\r\n\r\n")


async def _echo_socket(
    request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    upgrade = request.header("Upgrade")
    if upgrade.lower() not in ("websocket", "h2c"):
        writer.write(_answer(426, b"{}"))
        return
    key = request.header("Sec-WebSocket-Key").encode()
    accept = base64.b64encode(hashlib.sha1(key + _WEBSOCKET).digest()).decode()
    writer.write(
        f"HTTP/1.1 101 Switching\r\nUpgrade: {upgrade}\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode()
    )
    while frame := await reader.read(65536):
        writer.write(frame)
        await writer.drain()


@contextmanager
def running(*names: str) -> Iterator[dict[str, Backend]]:
    """Backends by name, all listening."""
    loop = Loop()
    backends = {name: Backend(name, loop) for name in names}
    try:
        for backend in backends.values():
            backend.start()
        yield backends
    finally:
        for backend in backends.values():
            backend.kill()
        loop.stop()
