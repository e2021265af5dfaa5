"""Placing and cancelling orders: one transaction over orders, stock and payments."""

from django.db import transaction

from shop.accounts.models import Customer
from shop.catalogue import stock
from shop.catalogue.models import Product
from shop.orders.models import Order, OrderLine, Payment


def place(customer_id, wanted):
    """All or nothing: the order, its lines, the stock, the payment."""
    with transaction.atomic():
        customer = Customer.objects.get(id=customer_id)
        order = Order.objects.create(customer=customer)
        amount = 0
        for product_id, count in wanted:
            product = Product.objects.get(id=product_id)
            stock.take(product, count)
            OrderLine.objects.create(order=order, product=product, count=count)
            amount += product.price * count
        Payment.objects.create(order=order, amount=amount)
    return order


@transaction.atomic
def cancel(order):
    """What was taken goes back."""
    for line in order.lines.all():
        stock.put_back(line.product_id, line.count)
    order.state = "cancelled"
    order.save()
