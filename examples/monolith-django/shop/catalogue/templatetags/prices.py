"""Prices, as people read them."""

from django import template

register = template.Library()


@register.filter
def price(amount):
    """In whole euros."""
    return f"{amount} EUR"
