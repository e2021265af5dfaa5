# Scaffolded by mscli: yours to change.
"""Orders, as callers see them; the called services are fakes."""

from dataclasses import fields
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from fakes import Depot, Trade
from orders.clients import Clients
from orders.domain import Progress
from orders.wiring.calls import CallTimedOut, CircuitOpen


def place(client: TestClient, quantity: int = 2, key: str | None = None) -> Response:
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post("/", json={"sku": "teapot", "quantity": quantity}, headers=headers)


def test_an_order_is_priced_paid_and_kept(client: TestClient, trade: Trade) -> None:
    placed = place(client)
    assert placed.status_code == 201
    order = placed.json()
    assert order == {
        "id": order["id"],
        "sku": "teapot",
        "quantity": 2,
        "total": 7490,
        "country": "DE",
        "state": "placed",
        "delivery_days": 2,
    }
    assert trade.payments.amounts == {UUID(order["id"]): 7490}
    assert client.get(f"/{order['id']}").json() == order | {"reason": ""}


def test_repeated_with_the_same_key_it_is_placed_and_paid_once(
    client: TestClient, trade: Trade
) -> None:
    first, second = (place(client, key="k1") for _ in "12")
    assert first.json() == second.json()
    assert len(client.get("/").json()["items"]) == len(trade.payments.amounts) == 1


def test_what_was_agreed_upon_is_seen_through_once(client: TestClient, depot: Depot) -> None:
    order, again = (UUID(place(client, key="k1").json()["id"]) for _ in "12")
    assert depot.started == [order] == [again]
    depot.progresses[order] = Progress("cancelled", "shipping:ship: nobody delivers to 'AQ'")
    found = client.get(f"/{order}").json()
    assert (found["state"], found["reason"][:14]) == ("cancelled", "shipping:ship:")


def test_a_key_belongs_to_one_order(client: TestClient) -> None:
    place(client, quantity=2, key="k1")
    refused = place(client, quantity=3, key="k1")
    assert refused.status_code == 409
    assert refused.json()["title"] == "Idempotency key reused"


@pytest.mark.parametrize(
    ("sku", "quantity", "status", "title"),
    [
        ("sofa", 1, 404, "Item not found"),
        ("teapot", 31, 409, "Not enough stock"),
        ("teapot", 30, 422, "Not deliverable"),
        ("teapot", 29, 402, "Card declined"),
        ("teapot", 28, 201, None),
    ],
)
def test_what_cannot_be_had_brought_or_paid_is_a_problem(
    client: TestClient, sku: str, quantity: int, status: int, title: str | None
) -> None:
    answer = client.post("/", json={"sku": sku, "quantity": quantity})
    assert (answer.status_code, answer.json().get("title")) == (status, title)


@pytest.mark.parametrize("quantity", [0, 1001])
def test_a_quantity_that_is_none_is_refused_before_anyone_is_asked(
    client: TestClient, trade: Trade, quantity: int
) -> None:
    refused = place(client, quantity)
    assert refused.status_code == 422
    assert [error["location"] for error in refused.json()["errors"]] == ["body.quantity"]
    assert not trade.payments.amounts


@pytest.mark.parametrize(
    ("failure", "status"), [(CircuitOpen("payments", 2), 503), (CallTimedOut("late"), 504)]
)
def test_without_payments_there_is_no_order(
    client: TestClient, trade: Trade, failure: Exception, status: int
) -> None:
    trade.payments.failure = failure
    refused = place(client, key="k1")
    assert refused.status_code == status
    assert refused.headers.get("Retry-After") == ("2" if status == 503 else None)
    assert refused.headers["content-type"] == "application/problem+json"
    assert client.get("/").json()["items"] == []
    trade.payments.failure = None
    assert place(client, key="k1").status_code == 201


def test_pages_are_newest_first_and_do_not_overlap(client: TestClient) -> None:
    for quantity in range(1, 6):
        place(client, quantity)
    seen, cursor = [], None
    while True:
        parameters = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = client.get("/", params=parameters).json()
        seen += [order["quantity"] for order in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert seen == [5, 4, 3, 2, 1]


def test_an_unknown_order_is_a_problem(client: TestClient) -> None:
    missing = client.get(f"/{uuid4()}")
    assert missing.status_code == 404
    assert missing.json()["title"] == "Order not found"


def test_the_wiring_names_every_call(client: TestClient) -> None:
    wiring = client.get("/wiring").json()
    names = {field.name for field in fields(Clients)}
    assert {breaker["name"] for breaker in wiring["breakers"]} == names
    assert {breaker["state"] for breaker in wiring["breakers"]} == {"closed"}
