"""Free ports of the loopback, from a range that neither mscli nor outgoing connections use."""

from __future__ import annotations

import random
import socket

import psutil

_GIVEN: set[int] = set()


def free_port() -> int:
    """A port that nobody listens on and that this process has not given away yet."""
    for port in random.sample(range(30_000, 32_700), 500):
        if port in _GIVEN:
            continue
        with socket.socket() as candidate:
            try:
                candidate.bind(("127.0.0.1", port))
            except OSError:
                continue
        _GIVEN.add(port)
        return port
    raise RuntimeError("no free port between 30000 and 32700")


def listeners(pid: int | None = None) -> set[tuple[str, int]]:
    """Address and port of everything that listens, or that one process listens on."""
    connections = psutil.Process(pid).net_connections("inet") if pid else psutil.net_connections()
    return {
        (connection.laddr.ip, connection.laddr.port)
        for connection in connections
        if connection.status == psutil.CONN_LISTEN and connection.laddr
    }
