"""Taking from the stock and putting back."""

from shop.catalogue.models import Stock


class SoldOut(Exception):
    """There are not enough."""


def take(product, count):
    """Fewer in stock."""
    stock = Stock.objects.get(product=product)
    if stock.count < count:
        raise SoldOut
    stock.count -= count
    stock.save()


def put_back(product_id, count):
    """More in stock."""
    stock = Stock.objects.get(product_id=product_id)
    stock.count += count
    stock.save()
