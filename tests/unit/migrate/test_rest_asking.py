"""What REST framework asks before a view's own method."""

from __future__ import annotations

from pathlib import Path

from mscli.migrate.facts import Facts
from tests.unit.migrate.project import scanned, touched

MODELS = """
from django.db import models

class Token(models.Model):
    class Meta:
        db_table = "tokens"

class Team(models.Model):
    class Meta:
        db_table = "teams"

class Shelf(models.Model):
    class Meta:
        db_table = "shelves"

class Book(models.Model):
    shelf = models.ForeignKey(Shelf, models.CASCADE)

    class Meta:
        db_table = "books"
"""
ASKED = """
from rest_framework.authentication import TokenAuthentication
from rest_framework.permissions import BasePermission
from shop.models import Shelf, Team, Token

class ByToken(TokenAuthentication):
    model = Token

    def authenticate_credentials(self, key):
        token = self.get_model().objects.get(pk=key)
        return token, token

class InTeam(BasePermission):
    def has_permission(self, request, view):
        return Team.objects.exists()

class OnShelf:
    def filter_queryset(self, request, queryset, view):
        return queryset.filter(shelf__in=Shelf.objects.all())
"""
VIEWS = """
from rest_framework.serializers import ModelSerializer
from rest_framework.viewsets import ModelViewSet
from shop.asked import InTeam, OnShelf
from shop.models import Book

class BookSerializer(ModelSerializer):
    class Meta:
        model = Book
        fields = ["id"]

class Books(ModelViewSet):
    queryset = Book.objects.all()
    serializer_class = BookSerializer
    permission_classes = [InTeam]
    filter_backends = [OnShelf]

    def create(self, request):
        request.auth.save()
"""
URLS = """
from rest_framework.routers import SimpleRouter
from shop.views import Books

router = SimpleRouter()
router.register("books", Books)
urlpatterns = router.urls
"""
SETTINGS = """
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["shop", "rest_framework"]
REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": ["shop.asked.ByToken"]}
"""


def facts_of(folder: Path) -> Facts:
    """An API over books."""
    files = {"models": MODELS, "asked": ASKED, "views": VIEWS, "urls": URLS, "settings": SETTINGS}
    return scanned(folder, {f"shop/{name}.py": text for name, text in files.items()})


def test_who_asks_is_looked_up_as_the_settings_say(tmp_path: Path) -> None:
    facts = facts_of(tmp_path)
    assert "tokens" in touched(facts, "read", "Books.list")
    assert "tokens" in touched(facts, "read", "Books.create")


def test_by_what_somebody_asks_is_a_row_that_may_be_written(tmp_path: Path) -> None:
    facts = facts_of(tmp_path)
    assert touched(facts, "write", "Books.create") == {"tokens"}


def test_a_view_asks_whom_it_names(tmp_path: Path) -> None:
    assert "teams" in touched(facts_of(tmp_path), "read", "Books.retrieve")


def test_only_lists_are_filtered(tmp_path: Path) -> None:
    facts = facts_of(tmp_path)
    assert "shelves" in touched(facts, "read", "Books.list")
    assert "shelves" not in touched(facts, "read", "Books.retrieve")
