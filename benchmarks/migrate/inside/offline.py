"""No network: whoever asks for another machine is refused at once."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

NAMES = ("localhost", "", None)


def cut_off() -> None:
    """From now on only this machine is there."""
    for name in ("connect", "connect_ex"):
        setattr(socket.socket, name, _near(getattr(socket.socket, name)))
    ask = socket.getaddrinfo

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if not is_here(host):
            raise socket.gaierror(socket.EAI_NONAME, f"{host}: no network")
        return ask(host, *args, **kwargs)

    socket.getaddrinfo = getaddrinfo


def is_here(host: str | bytes | None) -> bool:
    """Whether it is this machine by its name or its number."""
    name = host.decode() if isinstance(host, bytes) else host
    try:
        return name in NAMES or ipaddress.ip_address(name or "").is_loopback
    except ValueError:
        return False


def _near(connect: Any) -> Any:
    def connected(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not is_here(address[0]):
            raise ConnectionRefusedError(f"{address[0]}: no network")
        return connect(self, address)

    return connected
