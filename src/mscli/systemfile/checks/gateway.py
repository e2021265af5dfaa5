"""The gateway: cross-origin settings that browsers and gateways accept."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mscli.model.system import System
from mscli.systemfile.places import Fault, quoted

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://(\[[0-9a-f:]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?")
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


def origins(system: System) -> Iterator[Fault]:
    """Every origin is one that a browser may send, and `*` never goes with credentials."""
    cors = system.gateway.cors
    if cors is None:
        return
    for index, origin in enumerate(cors.origins):
        if origin != "*" and not _ORIGIN.fullmatch(origin):
            message = f"{quoted(origin)} is no origin"
            remedy = "write scheme, host and port only, such as https://shop.example"
            yield Fault(("gateway", "cors", "origins", index), message, remedy)
    if cors.credentials and "*" in cors.origins:
        message = "credentials are never sent to '*'"
        yield Fault(("gateway", "cors", "credentials"), message, "name the origins")


def methods_and_headers(system: System) -> Iterator[Fault]:
    """Methods and headers are tokens of HTTP; methods are upper-case."""
    cors = system.gateway.cors
    if cors is None:
        return
    for index, method in enumerate(cors.methods):
        if not _TOKEN.fullmatch(method) or method != method.upper():
            remedy = f"write '{method.upper()}'" if _TOKEN.fullmatch(method) else ""
            message = f"{quoted(method)} is no HTTP method"
            yield Fault(("gateway", "cors", "methods", index), message, remedy)
    for index, header in enumerate(cors.headers):
        if not _TOKEN.fullmatch(header):
            message = f"{quoted(header)} is no name of a header"
            yield Fault(("gateway", "cors", "headers", index), message)
