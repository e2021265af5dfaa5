# Scaffolded by mscli migrate apply: yours to change.
"""Routes that are to be written here; until then the monolith answers them, and this says 501.

When one is written, move it to a module of its own, take it out here, and flip its route.
"""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from orders.wiring.problems import Kind, problem

first, last = APIRouter(include_in_schema=False), APIRouter(include_in_schema=False)
"""Asked before the routes that were moved, and after them: as narrow as their paths are."""


def _unwritten(handler: str) -> JSONResponse:
    return problem(Kind(501, "Not implemented"), f"{handler} of the monolith is not moved yet")


@first.api_route("/orders/", methods=["POST"])
async def place() -> JSONResponse:
    """shop.routers.orders.place (shop/routers/orders.py:28).

    What keeps it in the monolith:

    - it reads customers, which accounts owns (shop/routers/orders.py:31)
    - it reads products, which catalogue owns (shop/routers/orders.py:37)
    - it reads stock, which catalogue owns (shop/routers/catalogue.py:60)
    - it writes stock, which catalogue owns (shop/routers/catalogue.py:63)
    - it uses shop.models.Stock, which another service owns
    - it uses shop.models.Product, which another service owns
    - it uses shop.models.Customer, which another service owns
    """
    return _unwritten("shop.routers.orders.place")


@first.api_route("/orders/{order_id}/", methods=["GET", "HEAD"])
async def show() -> JSONResponse:
    """shop.routers.orders.show (shop/routers/orders.py:46).

    What keeps it in the monolith:

    - it reads products, which catalogue owns (shop/routers/orders.py:52)
    """
    return _unwritten("shop.routers.orders.show")


@first.api_route("/orders/{order_id}/cancel/", methods=["POST"])
async def cancel() -> JSONResponse:
    """shop.routers.orders.cancel (shop/routers/orders.py:56).

    What keeps it in the monolith:

    - it reads stock, which catalogue owns (shop/routers/catalogue.py:68)
    - it writes stock, which catalogue owns (shop/routers/catalogue.py:69)
    - it uses shop.models.Stock, which another service owns
    """
    return _unwritten("shop.routers.orders.cancel")
