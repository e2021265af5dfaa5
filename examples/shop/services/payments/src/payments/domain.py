# Scaffolded by mscli: yours to change.
"""What an authorisation is, and when there is none; standard library only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

LIFETIME = timedelta(days=7)
"""How long an authorisation holds. One that nobody captures lapses, and no money has moved."""

BANKED = frozenset({"AT", "BE", "CH", "DE", "DK", "FR", "GB", "IT", "NL", "PL"})
"""Where money is transferred to: ISO 3166-1 alpha-2, as an IBAN begins."""


class AuthorisationNotFound(LookupError):
    """There is no authorisation of this id."""


class CardDeclined(Exception):
    """The amount is over the card's limit."""


class NoSuchBank(ValueError):
    """Nobody transfers money to there."""


class IdempotencyKeyReused(ValueError):
    """The idempotency key was used before, for something else."""


@dataclass(frozen=True, slots=True)
class Authorisation:
    """The card's promise of an amount, in cents, for an order."""

    id: UUID
    order: str
    amount: int
    expires_at: datetime


class Authorisations(Protocol):
    """Where authorisations are kept."""

    async def add(self, authorisation: Authorisation, idempotency_key: str) -> Authorisation:
        """Keep it. If the key was used before, keep nothing and give that earlier one."""

    async def find(self, authorisation_id: UUID) -> Authorisation | None:
        """The authorisation of this id, if there is one."""


def check_limit(amount: int, limit: int) -> None:
    """Decline what the card does not hold; both in cents."""
    if amount > limit:
        raise CardDeclined(f"{amount} is over the card's limit of {limit}")


def check_account(account: str) -> None:
    """Refuse an IBAN of where nobody transfers money to."""
    if account[:2] not in BANKED:
        raise NoSuchBank(f"no bank is known in {account[:2]!r}")
