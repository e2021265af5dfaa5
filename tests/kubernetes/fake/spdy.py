"""`kubectl port-forward` by SPDY/3.1: each connection is a stream of data and one of errors.

https://www.chromium.org/spdy/spdy-protocol/spdy-protocol-draft3-1/
A pod answers every HTTP request with its own name.
"""

from __future__ import annotations

import json
import struct
import threading
import zlib
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

SYN_STREAM, SYN_REPLY, RST_STREAM, PING, GOAWAY = 1, 2, 3, 6, 7
FIN = 1
_NAMES = """
    options head post put delete trace accept accept-charset accept-encoding accept-language
    accept-ranges age allow authorization cache-control connection content-base content-encoding
    content-language content-length content-location content-md5 content-range content-type date
    etag expect expires from host if-match if-modified-since if-none-match if-range
    if-unmodified-since last-modified location max-forwards pragma proxy-authenticate
    proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade
    user-agent vary via warning www-authenticate method get status
"""
_REST = (
    "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505"
    "203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request"
    "401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented"
    "503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, "
    "Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,application/xml,"
    "application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,"
    "sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0."
)


def _entry(text: str) -> bytes:
    return struct.pack(">I", len(text)) + text.encode()


DICTIONARY = (
    b"".join(map(_entry, _NAMES.split()))
    + _entry("200 OK")
    + _entry("version")
    + _entry("HTTP/1.1")
    + _entry("url")
    + _entry("public")
    + _entry("set-cookie")
    + _entry("keep-alive")
    + _entry("origin")
    + _REST.encode()
)
"""What both sides compress headers with; section 2.6.10.1 of the draft."""


def serve_port_forward(
    handler: BaseHTTPRequestHandler, name: str, alive: Callable[[], bool]
) -> None:
    """Speak SPDY on the handler's connection until the client, or the pod, goes away."""
    handler.send_response(101)
    handler.send_header("Upgrade", "SPDY/3.1")
    handler.send_header("Connection", "Upgrade")
    handler.send_header("X-Stream-Protocol-Version", "portforward.k8s.io")
    handler.end_headers()
    handler.wfile.flush()
    ended = threading.Event()
    threading.Thread(target=_hang_up, args=(handler, alive, ended), daemon=True).start()
    try:
        _Session(handler, name).run()
    except (OSError, ValueError, struct.error):
        pass
    finally:
        ended.set()
        handler.close_connection = True


def _hang_up(
    handler: BaseHTTPRequestHandler, alive: Callable[[], bool], ended: threading.Event
) -> None:
    while not ended.wait(0.05):
        if not alive():
            import socket

            handler.connection.shutdown(socket.SHUT_RDWR)
            return


class _Session:
    def __init__(self, handler: BaseHTTPRequestHandler, name: str) -> None:
        self._in, self._out = handler.rfile, handler.wfile
        self._name = name
        self._inflate = zlib.decompressobj(zdict=DICTIONARY)
        self._deflate = zlib.compressobj(zdict=DICTIONARY)
        self._data: dict[int, bytes] = {}

    def run(self) -> None:
        while True:
            head = self._in.read(8)
            if len(head) < 8:
                return
            first, second = struct.unpack(">II", head)
            flags, length = second >> 24, second & 0xFFFFFF
            payload = self._in.read(length)
            if not first & 0x80000000:
                self._received(first, payload, flags)
            elif first & 0xFFFF == SYN_STREAM:
                self._opened(payload)
            elif first & 0xFFFF == PING:
                self._control(PING, 0, payload)
            elif first & 0xFFFF == GOAWAY:
                return

    def _opened(self, payload: bytes) -> None:
        (stream,) = struct.unpack(">I", payload[:4])
        headers = _headers(self._inflate.decompress(payload[10:]))
        if headers.get("streamtype") == "data":
            self._data[stream] = b""
        block = self._deflate.compress(struct.pack(">I", 0)) + self._deflate.flush(
            zlib.Z_SYNC_FLUSH
        )
        self._control(SYN_REPLY, 0, struct.pack(">I", stream) + block)

    def _received(self, stream: int, payload: bytes, flags: int) -> None:
        if stream in self._data:
            self._data[stream] += payload
            while b"\r\n\r\n" in self._data[stream]:
                _, _, self._data[stream] = self._data[stream].partition(b"\r\n\r\n")
                self._answer(stream)
        if flags & FIN:
            self._write(struct.pack(">II", stream, FIN << 24))

    def _answer(self, stream: int) -> None:
        body = json.dumps({"replica": self._name}).encode() + b"\n"
        text = (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\nConnection: keep-alive\r\n\r\n" % len(body)
        ) + body
        self._write(struct.pack(">II", stream, len(text)) + text)

    def _control(self, kind: int, flags: int, payload: bytes) -> None:
        self._write(struct.pack(">II", 0x80030000 | kind, flags << 24 | len(payload)) + payload)

    def _write(self, frame: bytes) -> None:
        self._out.write(frame)
        self._out.flush()


def _headers(block: bytes) -> dict[str, str]:
    (count,) = struct.unpack(">I", block[:4])
    place, texts = 4, []
    for _ in range(count * 2):
        (length,) = struct.unpack(">I", block[place : place + 4])
        texts.append(block[place + 4 : place + 4 + length].decode())
        place += 4 + length
    return dict(zip(texts[::2], texts[1::2], strict=True))
