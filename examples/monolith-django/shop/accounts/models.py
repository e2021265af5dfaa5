"""Customers, and a profile for each."""

from django.db import models


class Customer(models.Model):
    """Somebody who buys."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=100)

    class Meta:
        db_table = "customers"


class Profile(models.Model):
    """What we know of a customer; a signal makes it."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="profile")
    points = models.IntegerField(default=0)

    class Meta:
        db_table = "profiles"
