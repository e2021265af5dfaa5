# Scaffolded by mscli: yours to change.
"""The service's routes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from inventory import use_cases
from inventory.api.schemas import ItemDocument, ItemList
from inventory.domain import Items

router = APIRouter(prefix="/items", tags=["items"])


async def get_items(request: Request) -> Items:
    """Where items are kept: opened by `app.py`; a test puts its own in place."""
    items: Items = request.app.state.items
    return items


@router.get("")
async def every(items: Annotated[Items, Depends(get_items)]) -> ItemList:
    """What there is to buy."""
    found = await use_cases.list_items(items)
    return ItemList(items=[ItemDocument.model_validate(item) for item in found])


@router.get("/{sku}")
async def get(sku: str, items: Annotated[Items, Depends(get_items)]) -> ItemDocument:
    """One item."""
    return ItemDocument.model_validate(await use_cases.get_item(items, sku))
