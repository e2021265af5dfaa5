# Scaffolded by mscli: yours to change.
"""The service's routes."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request, Response

from payments import use_cases
from payments.api.schemas import AuthorisationDocument, NewAuthorisation
from payments.domain import Authorisations

router = APIRouter(prefix="/authorisations", tags=["authorisations"])


async def get_authorisations(request: Request) -> Authorisations:
    """Where authorisations are kept: opened by `app.py`; a test puts its own in place."""
    authorisations: Authorisations = request.app.state.authorisations
    return authorisations


async def get_card_limit(request: Request) -> int:
    """What a card holds, in cents: from the settings."""
    limit: int = request.app.state.card_limit
    return limit


@router.post("", status_code=201)
async def authorise(
    new: NewAuthorisation,
    response: Response,
    authorisations: Annotated[Authorisations, Depends(get_authorisations)],
    limit: Annotated[int, Depends(get_card_limit)],
    idempotency_key: Annotated[str, Header(min_length=1, max_length=200)],
) -> AuthorisationDocument:
    """Ask the card for an amount. The key is required: nobody should be asked twice by accident."""
    authorisation = await use_cases.authorise(
        authorisations, new.order, new.amount, limit=limit, idempotency_key=idempotency_key
    )
    response.headers["Location"] = f"authorisations/{authorisation.id}"
    return AuthorisationDocument.model_validate(authorisation)


@router.get("/{authorisation_id}")
async def get(
    authorisation_id: UUID, authorisations: Annotated[Authorisations, Depends(get_authorisations)]
) -> AuthorisationDocument:
    """One authorisation."""
    found = await use_cases.get_authorisation(authorisations, authorisation_id)
    return AuthorisationDocument.model_validate(found)
