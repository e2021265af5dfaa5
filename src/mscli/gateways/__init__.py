"""Gateways: the one public door, and the router where the platform does not balance.

A gateway is one more workload with its configuration mounted. One module each, listed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from mscli.gateways import traefik
from mscli.model.stack import Traits, Workload
from mscli.model.system import System


class GatewayEngine(Protocol):
    """What a gateway's module answers."""

    def workload(self, system: System, traits: Traits) -> Workload:
        """The gateway for `system`, with a router when the platform does not balance."""
        ...


GATEWAYS: Mapping[str, GatewayEngine] = {"traefik": traefik}
