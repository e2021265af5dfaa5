"""Orders, their lines, payments."""

from django.db import models

from shop.accounts.models import Customer
from shop.catalogue.models import Product


class Order(models.Model):
    """What somebody bought at once."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="orders")
    state = models.CharField(max_length=20, default="placed")

    class Meta:
        db_table = "orders"


class OrderLine(models.Model):
    """One product of an order."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT)
    count = models.IntegerField()

    class Meta:
        db_table = "order_lines"


class Payment(models.Model):
    """Money for an order."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="payment")
    amount = models.IntegerField()

    class Meta:
        db_table = "payments"
