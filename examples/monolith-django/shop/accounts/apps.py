"""Connects the receivers when Django starts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Customers and their profiles."""

    name = "shop.accounts"
    label = "accounts"

    def ready(self):
        """Receivers register when they are imported."""
        from shop.accounts import receivers  # noqa: F401
