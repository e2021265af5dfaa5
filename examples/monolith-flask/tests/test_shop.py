"""A customer comes, buys, and is forgotten."""

from shop import create_app
from shop.database import db
from shop.models import Product, Stock


def test_an_order_is_placed_and_shown():
    app = create_app("sqlite://")
    with app.app_context():
        db.session.add(Product(name="Tea", price=3, stock=Stock(count=5)))
        db.session.commit()
        client = app.test_client()
        ann = {"email": "ann@example.com", "name": "Ann"}
        customer = client.post("/customers/", json=ann).get_json()["id"]
        lines = [{"product": 1, "count": 2}]
        order = client.post("/orders/", json={"customer": customer, "lines": lines})
        assert order.status_code == 201
        shown = client.get(f"/orders/{order.get_json()['id']}/").get_json()
        assert shown["lines"] == [{"product": "Tea", "count": 2}]
        assert client.post(f"/customers/{customer}/delete/").status_code == 200
