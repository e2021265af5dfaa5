# Scaffolded by mscli: yours to change.
"""The service's routes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from shipping import use_cases
from shipping.api.schemas import Quantity, QuoteDocument, Sku
from shipping.domain import Tariffs

router = APIRouter(tags=["quotes"])


async def get_tariffs(request: Request) -> Tariffs:
    """Where tariffs are kept: opened by `app.py`; a test puts its own in place."""
    tariffs: Tariffs = request.app.state.tariffs
    return tariffs


@router.get("/quotes")
async def quote(
    sku: Sku, quantity: Quantity, tariffs: Annotated[Tariffs, Depends(get_tariffs)]
) -> QuoteDocument:
    """What sending so many of an item takes and costs; the same question has the same answer."""
    return QuoteDocument.model_validate(await use_cases.quote(tariffs, sku, quantity))
