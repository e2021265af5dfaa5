"""Rows that hang together, and a purchase."""

from typing import Any


def rows() -> None:
    """Two products that can be bought, an offer on all, and an address to send them to."""
    from oscar.core.loading import get_model
    from oscar.test import factories

    country = get_model("address", "Country")
    country.objects.create(
        iso_3166_1_a2="GB", printable_name="Britain", name="BRITAIN", is_shipping_country=True
    )
    category = get_model("catalogue", "Category").add_root(name="Books", slug="books")
    for number in (1, 2):
        product = factories.create_product(title=f"Book {number}", price=10, num_in_stock=9)
        product.categories.add(category)
    factories.create_offer()
    user = get_model("auth", "User").objects.order_by("pk").first()
    order = factories.create_order(number="10001", user=user)
    factories.UserAddressFactory(user=user, country=country.objects.first())
    del order
    for owner in (user, None):
        basket = get_model("basket", "Basket").objects.create(owner=owner)
        basket.strategy = factories.Default()
        basket.add_product(get_model("catalogue", "Product").objects.first())


def prepare(client: Any, who: str) -> None:
    """A cookie with a basket from before the login, which every request has to merge."""
    del who
    from oscar.apps.basket.middleware import BasketMiddleware
    from oscar.core.loading import get_model

    basket = get_model("basket", "Basket").objects.filter(owner=None, status="Open").first()
    client.cookies["oscar_open_basket"] = BasketMiddleware(None).get_basket_hash(basket.id)


def scenario(client: Any) -> None:
    """Put a product into the basket, and buy it."""
    answer = client.post("/basket/add/1/", {"quantity": 1, "action": "add"})
    client.get("/basket/")
    client.post("/basket/vouchers/add/", {"code": "NONE"})
    client.get("/checkout/")
    client.post("/checkout/", {"username": "guest@example.com", "options": "anonymous"})
    address = {
        "first_name": "A",
        "last_name": "B",
        "line1": "1 Egg Street",
        "line4": "City",
        "postcode": "N12 9RT",
        "country": "GB",
        "phone_number": "",
    }
    client.get("/checkout/shipping-address/")
    client.post("/checkout/shipping-address/", address)
    client.get("/checkout/shipping-method/")
    client.get("/checkout/payment-method/")
    client.get("/checkout/payment-details/")
    client.post("/checkout/preview/")
    client.get("/checkout/preview/")
    client.post("/checkout/preview/", {"action": "place_order"})
    client.get("/checkout/thank-you/")
    del answer
