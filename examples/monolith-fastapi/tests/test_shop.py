"""A customer comes, buys, and is forgotten."""

import os
import tempfile

os.environ["DATABASE_URL"] = f"sqlite:///{tempfile.mkdtemp()}/shop.sqlite3"

from fastapi.testclient import TestClient  # noqa: E402

from shop.app import app  # noqa: E402
from shop.database import SessionLocal  # noqa: E402
from shop.models import Product, Stock  # noqa: E402


def test_an_order_is_placed_and_shown():
    with SessionLocal.begin() as session:
        session.add(Product(name="Tea", price=3, stock=Stock(count=5)))
    client = TestClient(app)
    ann = {"email": "ann@example.com", "name": "Ann"}
    customer = client.post("/customers/", json=ann).json()["id"]
    lines = [{"product": 1, "count": 2}]
    order = client.post("/orders/", json={"customer": customer, "lines": lines})
    assert order.status_code == 201
    shown = client.get(f"/orders/{order.json()['id']}/").json()
    assert shown["lines"] == [{"product": "Tea", "count": 2}]
    assert client.post(f"/customers/{customer}/delete/").status_code == 200
