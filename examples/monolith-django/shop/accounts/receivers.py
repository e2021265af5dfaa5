"""A customer who is saved for the first time gets a profile."""

from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.accounts.models import Customer, Profile


@receiver(post_save, sender=Customer)
def make_profile(sender, instance, created, **kwargs):
    """A write that no view shows."""
    if created:
        Profile.objects.create(customer=instance)
