# Scaffolded by mscli migrate apply: yours to change.
"""Routes that are to be written here; until then the monolith answers them, and this says 501.

When one is written, move it to a module of its own, take it out here, and flip its route.
"""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from accounts.wiring.problems import Kind, problem

first, last = APIRouter(include_in_schema=False), APIRouter(include_in_schema=False)
"""Asked before the routes that were moved, and after them: as narrow as their paths are."""


def _unwritten(handler: str) -> JSONResponse:
    return problem(Kind(501, "Not implemented"), f"{handler} of the monolith is not moved yet")


@first.api_route("/customers/{customer_id}/delete/", methods=["POST"])
async def forget() -> JSONResponse:
    """shop.routers.accounts.forget (shop/routers/accounts.py:28).

    What keeps it in the monolith:

    - it reads order_lines, which orders owns (shop/routers/accounts.py:34)
    - it writes order_lines, which orders owns (shop/routers/accounts.py:34)
    - it reads orders, which orders owns (shop/routers/accounts.py:34)
    - it writes orders, which orders owns (shop/routers/accounts.py:34)
    - it reads payments, which orders owns (shop/routers/accounts.py:34)
    - it writes payments, which orders owns (shop/routers/accounts.py:34)
    """
    return _unwritten("shop.routers.accounts.forget")
