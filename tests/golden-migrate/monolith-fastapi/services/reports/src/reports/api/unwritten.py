# Scaffolded by mscli migrate apply: yours to change.
"""Routes that are to be written here; until then the monolith answers them, and this says 501.

When one is written, move it to a module of its own, take it out here, and flip its route.
"""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from reports.wiring.problems import Kind, problem

first, last = APIRouter(include_in_schema=False), APIRouter(include_in_schema=False)
"""Asked before the routes that were moved, and after them: as narrow as their paths are."""


def _unwritten(handler: str) -> JSONResponse:
    return problem(Kind(501, "Not implemented"), f"{handler} of the monolith is not moved yet")


@first.api_route("/reports/sales/", methods=["GET", "HEAD"])
async def sales() -> JSONResponse:
    """shop.routers.reports.sales (shop/routers/reports.py:15).

    What keeps it in the monolith:

    - it reads order_lines, which orders owns (shop/routers/reports.py:18)
    - it reads products, which catalogue owns (shop/routers/reports.py:18)
    """
    return _unwritten("shop.routers.reports.sales")
