"""Ports of the loopback for tests, whichever of them run beside one another."""

from __future__ import annotations

import socket

_CLAIMS: list[socket.socket] = []


def free_port() -> int:
    """A port below those that the kernel and mscli give away, for this process alone.

    What is given is held as long as this process lives, by a socket of UDP on the same number: a
    test run beside this one sees that, and nothing that listens by TCP is in the way.
    """
    for port in range(11000, 20000):
        claim = socket.socket(type=socket.SOCK_DGRAM)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                claim.bind(("127.0.0.1", port))
                probe.bind(("127.0.0.1", port))
            except OSError:
                claim.close()
                continue
        _CLAIMS.append(claim)
        return port
    raise AssertionError("no port is free")
