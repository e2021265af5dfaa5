"""Removes cancelled orders, for cron."""

from django.core.management.base import BaseCommand

from shop.orders.models import Order


class Command(BaseCommand):
    """`python manage.py sweep`."""

    def handle(self, *args, **options):
        """Takes the lines and payments along."""
        Order.objects.filter(state="cancelled").delete()
