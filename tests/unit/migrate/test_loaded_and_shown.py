"""What runs because a row is loaded, goes, or is shown, and no line of a view says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.facts import Facts
from tests.unit.migrate.project import scanned, touched

FILES = {
    "settings.py": 'ROOT_URLCONF = "shop.urls"\nINSTALLED_APPS = ["shop"]\n',
    "models.py": """
        from django.db import models
        from django.db.models.signals import post_init
        from django.dispatch import receiver

        class Rate(models.Model): value = models.IntegerField()
        class Tariff(models.Model): value = models.IntegerField()
        class Log(models.Model): value = models.IntegerField()

        class Priced(models.Model):
            class Meta: abstract = True
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                self.rate = Rate.objects.first()

        class Ticket(Priced): number = models.IntegerField()

        class Seat(models.Model):
            ticket = models.ForeignKey(Ticket, models.CASCADE)
            @classmethod
            def from_db(cls, db, names, values):
                Tariff.objects.exists()
                return super().from_db(db, names, values)

        class Badge(models.Model):
            ticket = models.OneToOneField(Ticket, models.CASCADE)
            @property
            def rate(self): return Rate.objects.get()
            def tariff(self): return Tariff.objects.get()

        class Note(models.Model): text = models.TextField()

        @receiver(post_init, sender=Note)
        def seen(sender, instance, **kwargs): Log.objects.first()
    """,
    "rest.py": """
        from rest_framework import serializers, viewsets
        from shop.models import Badge, Log, Note, Rate, Seat, Tariff

        class Shown(serializers.Field):
            def to_representation(self, value): return Log.objects.count()

        class Named(serializers.ModelSerializer):
            class Meta:
                model = Badge
                fields = ["id", {fields}]
            {body}

        class BadgeViewSet(viewsets.ModelViewSet):
            queryset = Badge.objects.all()
            serializer_class = Named
    """,
    "views.py": """
        from shop.models import Badge, Note, Seat, Ticket

        def load(request): Ticket.objects.get(pk=1)
        def count(request): Ticket.objects.count()
        def make(request): Ticket(number=1).save()
        def seats(request): Seat.objects.first()
        def note(request): Note.objects.first()
        def asked(request): return hasattr(Ticket.objects.get(pk=1), "badge")
        def drop(request): Ticket.objects.get(pk=1).delete()
    """,
    "urls.py": """
        from django.urls import path
        from rest_framework.routers import DefaultRouter
        from shop import rest, views

        router = DefaultRouter()
        router.register("badges", rest.BadgeViewSet)
        urlpatterns = [
            path("load/", views.load), path("count/", views.count), path("make/", views.make),
            path("seats/", views.seats), path("note/", views.note), path("asked/", views.asked),
            path("drop/", views.drop), *router.urls,
        ]
    """,
}
RECEIVER = """
        from django.db.models.signals import post_delete

        @receiver(post_delete)
        def gone(sender, **kwargs): pass
"""


def shop(folder: Path, fields: str = "", body: str = "pass", models: str = "") -> Facts:
    """The facts of the shop with one serializer, and with more models."""
    files = {**FILES, "models.py": FILES["models.py"] + models}
    files["rest.py"] = files["rest.py"].replace("{fields}", fields).replace("{body}", body)
    return scanned(folder, {f"shop/{name}": text for name, text in files.items()})


def test_a_model_says_what_runs_with_every_row_that_is_loaded(tmp_path: Path) -> None:
    facts = shop(tmp_path)
    assert touched(facts, "read", "views.load") == {"shop_ticket", "shop_rate"}
    assert touched(facts, "read", "views.make") == {"shop_rate"}
    assert touched(facts, "read", "views.seats") == {"shop_seat", "shop_tariff"}
    assert touched(facts, "read", "views.note") == {"shop_note", "shop_log"}
    assert touched(facts, "read", "views.count") == {"shop_ticket"}, "no row is loaded"


def test_whether_a_row_has_something_is_known_by_reading_it(tmp_path: Path) -> None:
    assert "shop_badge" in touched(shop(tmp_path), "read", "views.asked")


def test_rows_that_somebody_hears_are_going_are_looked_up_first(tmp_path: Path) -> None:
    quiet = shop(tmp_path / "quiet")
    assert "shop_seat" not in touched(quiet, "read", "views.drop")
    assert "shop_seat" in touched(quiet, "write", "views.drop")
    heard = shop(tmp_path / "heard", models=RECEIVER)
    assert {"shop_seat", "shop_badge"} <= touched(heard, "read", "views.drop")


@pytest.mark.parametrize(
    ("fields", "body", "action", "table"),
    [
        ('"rate"', "pass", "list", "shop_rate"),
        ('"tariff"', "pass", "list", "shop_tariff"),
        ("", "def to_representation(self, one): return Log.objects.first()", "list", "shop_log"),
        ('"log"', "log = Shown()", "list", "shop_log"),
        ("", "def to_internal_value(self, data): return Log.objects.first()", "create", "shop_log"),
        ("", "pass", "list", ""),
    ],
)
def test_what_a_serializer_shows_by_name_or_method_is_read(
    tmp_path: Path, fields: str, body: str, action: str, table: str
) -> None:
    facts = shop(tmp_path, fields, body)
    found = touched(facts, "read", f"BadgeViewSet.{action}")
    others = {"shop_rate", "shop_tariff", "shop_log"}
    assert found & others == ({table} if table else set())
