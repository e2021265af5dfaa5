"""Who listens where."""

from __future__ import annotations

import psutil


def listeners(pid: int | None = None) -> set[tuple[str, int]]:
    """Address and port of everything that listens, or that one process listens on."""
    connections = psutil.Process(pid).net_connections("inet") if pid else psutil.net_connections()
    return {
        (connection.laddr.ip, connection.laddr.port)
        for connection in connections
        if connection.status == psutil.CONN_LISTEN and connection.laddr
    }
