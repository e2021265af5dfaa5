# Scaffolded by mscli: yours to change.
"""Authorisations, as callers see them; the card's limit is in `conftest.py`."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response


def authorise(client: TestClient, amount: int, order: str = "o1", key: str = "k1") -> Response:
    body = {"order": order, "amount": amount}
    return client.post("/authorisations", json=body, headers={"Idempotency-Key": key})


def test_what_was_authorised_can_be_read(client: TestClient) -> None:
    created = authorise(client, 500)
    assert created.status_code == 201
    assert (created.json()["order"], created.json()["amount"]) == ("o1", 500)
    assert client.get(f"/{created.headers['Location']}").json() == created.json()


def test_it_lapses_in_a_week(client: TestClient) -> None:
    expires = datetime.fromisoformat(authorise(client, 500).json()["expires_at"])
    assert timedelta(days=6) < expires - datetime.now(UTC) <= timedelta(days=7)


def test_the_same_key_is_the_same_authorisation(client: TestClient) -> None:
    first, second = authorise(client, 500), authorise(client, 500)
    assert first.json() == second.json()
    assert authorise(client, 500, key="k2").json()["id"] != first.json()["id"]


@pytest.mark.parametrize(("amount", "order"), [(501, "o1"), (500, "o2")])
def test_a_key_belongs_to_one_order_and_amount(client: TestClient, amount: int, order: str) -> None:
    authorise(client, 500)
    refused = authorise(client, amount, order)
    assert refused.status_code == 409
    assert refused.json()["title"] == "Idempotency key reused"


def test_the_key_is_required(client: TestClient) -> None:
    refused = client.post("/authorisations", json={"order": "o1", "amount": 500})
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert error["location"].lower() == "header.idempotency-key"


@pytest.mark.parametrize(("amount", "status"), [(1000, 201), (1001, 402)])
def test_the_card_declines_what_is_over_its_limit(
    client: TestClient, amount: int, status: int
) -> None:
    answer = authorise(client, amount)
    assert answer.status_code == status
    if status == 402:
        assert answer.json()["title"] == "Card declined"
        assert answer.headers["content-type"] == "application/problem+json"


def test_an_unknown_authorisation_is_a_problem(client: TestClient) -> None:
    missing = client.get(f"/authorisations/{uuid4()}")
    assert missing.status_code == 404
    assert missing.json()["title"] == "Authorisation not found"
