"""XML-RPC over supervisord's unix socket (http://supervisord.org/api.html)."""

from __future__ import annotations

import http.client
import socket
import xmlrpc.client
from typing import Any
from xml.parsers.expat import ExpatError


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class _UnixTransport(xmlrpc.client.Transport):
    def __init__(self, path: str, timeout: float) -> None:
        super().__init__()
        self._path = path
        self._timeout = timeout

    def make_connection(self, host: Any) -> http.client.HTTPConnection:  # noqa: ANN401, ARG002
        return _UnixConnection(self._path, self._timeout)


def call(path: str, method: str, *arguments: object, timeout: float = 30.0) -> Any:  # noqa: ANN401
    """Answer of `supervisor.<method>`, over a new connection: one that failed stays broken.

    Raises OSError when nobody answers, or half, and xmlrpc.client.Fault for what supervisord
    refuses.
    """
    proxy = xmlrpc.client.ServerProxy("http://localhost", transport=_UnixTransport(path, timeout))
    try:
        with proxy:
            return getattr(proxy.supervisor, method)(*arguments)
    except (http.client.HTTPException, xmlrpc.client.ProtocolError, ExpatError) as error:
        raise ConnectionError(f"half an answer: {error!r}") from error
