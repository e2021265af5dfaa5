"""Free ports of the loopback, from a range that neither mscli nor outgoing connections use."""

from __future__ import annotations

import random
import socket

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
