"""Discovery back ends: how a service finds another. One module each, listed here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from mscli.discovery import platform
from mscli.model.stack import Traits, Value


class Discovery(Protocol):
    """What a discovery back end answers: where a caller finds a called service."""

    def call_url(self, callee: str, traits: Traits) -> Value:
        """Base URL of `callee` for its callers (CALL_<NAME>_URL)."""
        ...


DISCOVERIES: Mapping[str, Discovery] = {"platform": platform}
