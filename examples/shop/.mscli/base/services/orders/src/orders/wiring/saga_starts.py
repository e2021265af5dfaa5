# Merged by mscli: `mscli update` merges new versions into it.
"""What starting a saga and asking for one have in common, whoever leads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import NAMESPACE_URL, uuid4, uuid5

from pydantic import JsonValue

from .problems import Kind, ProblemError


class UnknownSaga(ProblemError):
    """There is no saga of this name or id."""

    kind = Kind(404, "Saga not found")


class KeyReused(ProblemError):
    """The idempotency key was used before, with another input."""

    kind = Kind(422, "Idempotency key reused")


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a saga stands: running, compensating, stuck, completed, compensated or failed."""

    saga_id: str
    state: str
    reason: str = ""


def id_of(name: str, key: str | None) -> str:
    """The id of the saga that is, or would be, started with this key; without one, a new id."""
    unique = uuid4() if key is None else uuid5(NAMESPACE_URL, f"{name}/{key}")
    return f"{name}-{unique.hex}"


class Starter(Protocol):
    """Starts sagas and finds them."""

    async def start(self, name: str, key: str | None, input: dict[str, JsonValue]) -> str:
        """Start one, once for each key; its id."""

    async def find(self, name: str, saga_id: str) -> Progress:
        """Where it stands. Raises UnknownSaga."""


class ByName:
    """Several starters, by the names of their sagas."""

    def __init__(self, starters: Mapping[str, Starter]) -> None:
        self._starters = starters

    async def start(self, name: str, key: str | None, input: dict[str, JsonValue]) -> str:
        """Start one, once for each key; its id."""
        return await self._of(name).start(name, key, input)

    async def find(self, name: str, saga_id: str) -> Progress:
        """Where it stands. Raises UnknownSaga."""
        return await self._of(name).find(name, saga_id)

    def _of(self, name: str) -> Starter:
        if name not in self._starters:
            raise UnknownSaga(f"this service owns no saga {name}")
        return self._starters[name]
