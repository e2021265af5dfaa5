# Scaffolded by mscli: yours to change.
"""The clients: what they ask, and what they make of the answers."""

import asyncio
import json
from collections.abc import Coroutine
from typing import Any
from uuid import UUID

import httpx2
import pytest

from orders.clients.inventory import InventoryClient
from orders.clients.payments import PaymentsClient
from orders.clients.shipping import ShippingClient
from orders.domain import CardDeclined, Item, ItemNotFound, NotDeliverable, Quote
from orders.wiring.calls import CallFailed

ORDER = UUID(int=7)


class Far:
    """A called service that gives one answer, and keeps the request."""

    def __init__(self, status: int, answer: object) -> None:
        self._response = httpx2.Response(status, json=answer, extensions={"call": "far"})
        self.requests: list[httpx2.Request] = []
        transport = httpx2.MockTransport(self._answer)
        self.http = httpx2.AsyncClient(base_url="http://far/away", transport=transport)

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        return self._response


def ask(question: Coroutine[Any, Any, object]) -> object:
    return asyncio.run(question)


def test_an_item_is_asked_for_by_its_sku() -> None:
    far = Far(200, {"sku": "cup", "name": "Cup", "price": 1200, "stock": 3, "colour": "red"})
    assert ask(InventoryClient(far.http).item("cup")) == Item("cup", price=1200, stock=3)
    assert far.requests[0].url == "http://far/away/items/cup"


def test_a_sku_never_leaves_its_place_in_the_path() -> None:
    far = Far(404, {})
    with pytest.raises(ItemNotFound):
        ask(InventoryClient(far.http).item("../livez?x"))
    assert far.requests[0].url.raw_path == b"/away/items/..%2Flivez%3Fx"


def test_a_quote_is_asked_for() -> None:
    far = Far(200, {"days": 2, "price": 490})
    assert ask(ShippingClient(far.http).quote("cup", 3)) == Quote(days=2, price=490)
    assert far.requests[0].url == "http://far/away/quotes?sku=cup&quantity=3"


def test_the_orders_id_is_the_key_of_its_payment() -> None:
    far = Far(201, {"id": str(UUID(int=9)), "order": str(ORDER), "amount": 5})
    assert ask(PaymentsClient(far.http).authorise(ORDER, 5)) == UUID(int=9)
    (request,) = far.requests
    assert request.headers["Idempotency-Key"] == str(ORDER)
    assert json.loads(request.content) == {"order": str(ORDER), "amount": 5}


def test_refusals_are_errors_of_the_domain() -> None:
    with pytest.raises(NotDeliverable):
        ask(ShippingClient(Far(422, {}).http).quote("cup", 999))
    with pytest.raises(CardDeclined):
        ask(PaymentsClient(Far(402, {}).http).authorise(ORDER, 5))


@pytest.mark.parametrize(("status", "answer"), [(500, {}), (200, {"days": "some"}), (200, [])])
def test_any_other_answer_is_a_failed_call(status: int, answer: object) -> None:
    with pytest.raises(CallFailed):
        ask(ShippingClient(Far(status, answer).http).quote("cup", 3))
