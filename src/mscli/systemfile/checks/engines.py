"""Engines that are not ours to start: addresses, and files that go together."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mscli.model.system import System, TemporalCluster
from mscli.systemfile.places import Fault, Place, quoted

_ADDRESS = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):([0-9]{1,5})")
_LAST_PORT = 65535
_PLACE: Place = ("engines", "temporal")


def temporal(system: System) -> Iterator[Fault]:
    """A cluster has an address; a client certificate has its key."""
    if system.temporal is not None:
        yield from cluster(system.temporal, _PLACE)


def cluster(found: TemporalCluster, place: Place) -> Iterator[Fault]:
    """What is wrong with a cluster that stands at `place`."""
    if not found.address:
        message = "there is no address, and the embedded server takes nothing"
        yield Fault(place, message, "add 'address: HOST:PORT', or remove the rest")
    elif not is_address(found.address):
        message = f"{quoted(found.address)} is no address of a gRPC frontend"
        yield Fault((*place, "address"), message, "write host:port, such as temporal:7233")
    if found.tls and bool(found.tls.certificate) is not bool(found.tls.key):
        missing = "key" if found.tls.certificate else "certificate"
        message = f"'{missing}' is missing: a client's certificate and its key go together"
        yield Fault((*place, "tls"), message, f"add '{missing}: PATH'")


def is_address(text: str) -> bool:
    """Whether `text` is `host:port`."""
    found = _ADDRESS.fullmatch(text)
    return found is not None and 0 < int(found[2]) <= _LAST_PORT
