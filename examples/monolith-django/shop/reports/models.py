"""Visits of pages."""

from django.db import models


class Visit(models.Model):
    """One request."""

    path = models.CharField(max_length=200)

    class Meta:
        db_table = "visits"
