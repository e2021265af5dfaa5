"""Engines that are not ours to start: addresses, and files that go together."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mscli.model.system import System
from mscli.systemfile.places import Fault, Place, quoted

_ADDRESS = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):([0-9]{1,5})")
_LAST_PORT = 65535
_PLACE: Place = ("engines", "temporal")


def temporal(system: System) -> Iterator[Fault]:
    """A cluster has an address; a client certificate has its key."""
    cluster = system.temporal
    if cluster is None:
        return
    if not cluster.address:
        message = "there is no address, and the embedded server takes nothing"
        yield Fault(_PLACE, message, "add 'address: HOST:PORT', or remove the rest")
    elif not _is_address(cluster.address):
        message = f"{quoted(cluster.address)} is no address of a gRPC frontend"
        yield Fault((*_PLACE, "address"), message, "write host:port, such as temporal:7233")
    if cluster.tls and bool(cluster.tls.certificate) is not bool(cluster.tls.key):
        missing = "key" if cluster.tls.certificate else "certificate"
        message = f"'{missing}' is missing: a client's certificate and its key go together"
        yield Fault((*_PLACE, "tls"), message, f"add '{missing}: PATH'")


def _is_address(text: str) -> bool:
    found = _ADDRESS.fullmatch(text)
    return found is not None and 0 < int(found[2]) <= _LAST_PORT
