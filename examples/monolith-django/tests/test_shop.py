"""A customer comes, buys, and is forgotten."""

from django.test import TestCase

from shop.catalogue.models import Product, Stock


class Shop(TestCase):
    """Through the front door."""

    def post(self, path, **given):
        """JSON, as the page sends it."""
        return self.client.post(path, given, content_type="application/json")

    def test_an_order_is_placed_and_shown(self):
        product = Product.objects.create(name="Tea", price=3)
        Stock.objects.create(product=product, count=5)
        customer = self.post("/customers/", email="ann@example.com", name="Ann").json()["id"]
        lines = [{"product": product.id, "count": 2}]
        order = self.post("/orders/", customer=customer, lines=lines)
        self.assertEqual(order.status_code, 201)
        shown = self.client.get(f"/orders/{order.json()['id']}/").json()
        self.assertEqual(shown["lines"], [{"product": "Tea", "count": 2}])
        self.assertEqual(self.post(f"/customers/{customer}/delete/").status_code, 200)
