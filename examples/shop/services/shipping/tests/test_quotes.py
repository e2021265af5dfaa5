# Scaffolded by mscli: yours to change.
"""Quotes, as callers see them; the tariffs are in `conftest.py`."""

import pytest
from fastapi.testclient import TestClient


@pytest.mark.parametrize(
    ("sku", "quantity", "days", "price"),
    [
        ("cup", 1, 2, 490),
        ("cup", 3, 2, 490),
        ("cup", 4, 3, 990),
        ("kettle", 2, 4, 790),
        ("kettle", 3, 2, 490),
    ],
)
def test_the_smallest_tariff_that_holds_them_applies(
    client: TestClient, sku: str, quantity: int, days: int, price: int
) -> None:
    for _ in "twice":
        answer = client.get("/quotes", params={"sku": sku, "quantity": quantity})
        assert answer.json() == {"days": days, "price": price}


def test_more_than_any_tariff_holds_is_a_problem(client: TestClient) -> None:
    refused = client.get("/quotes", params={"sku": "cup", "quantity": 21})
    assert refused.status_code == 422
    assert refused.json()["title"] == "Not deliverable"


@pytest.mark.parametrize(
    ("sku", "quantity", "fault"),
    [("cup", 0, "query.quantity"), ("*", 1, "query.sku"), ("a/b", 1, "query.sku")],
)
def test_a_question_that_is_none_is_refused(
    client: TestClient, sku: str, quantity: int, fault: str
) -> None:
    refused = client.get("/quotes", params={"sku": sku, "quantity": quantity})
    assert refused.status_code == 422
    assert [error["location"] for error in refused.json()["errors"]] == [fault]
