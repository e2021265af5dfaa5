# Scaffolded by mscli: yours to change.
"""What comes in and goes out, as documents."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class NewAuthorisation(BaseModel):
    """The body of `POST /authorisations`; `amount` is in cents."""

    model_config = ConfigDict(extra="forbid")

    order: Annotated[str, Field(min_length=1, max_length=100)]
    amount: Annotated[int, Field(ge=1, le=1_000_000_000)]


class AuthorisationDocument(BaseModel):
    """An authorisation as callers see it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    order: str
    amount: int
    expires_at: datetime
