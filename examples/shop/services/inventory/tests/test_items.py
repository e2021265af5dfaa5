# Scaffolded by mscli: yours to change.
"""Items, as callers see them."""

from fastapi.testclient import TestClient

CUP = {"sku": "cup", "name": "Cup", "price": 1200, "stock": 3}
TEAPOT = {"sku": "teapot", "name": "Teapot", "price": 3500, "stock": 1}


def test_every_item_is_listed_by_sku(client: TestClient) -> None:
    assert client.get("/items").json() == {"items": [CUP, TEAPOT]}


def test_one_item_can_be_read(client: TestClient) -> None:
    assert client.get("/items/teapot").json() == TEAPOT


def test_an_unknown_item_is_a_problem(client: TestClient) -> None:
    missing = client.get("/items/sofa")
    assert missing.status_code == 404
    assert missing.headers["content-type"] == "application/problem+json"
    assert missing.json()["title"] == "Item not found"
