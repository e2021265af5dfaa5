"""What REST framework does around a view: keys are looked up, what was saved is the answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.migrate.project import scanned, touched

MODELS = """
from django.db import models

class Author(models.Model):
    class Meta:
        db_table = "authors"

class Tag(models.Model):
    class Meta:
        db_table = "tags"

class Shelf(models.Model):
    class Meta:
        db_table = "shelves"

class Book(models.Model):
    author = models.ForeignKey(Author, models.PROTECT)
    shelf = models.ForeignKey(Shelf, models.PROTECT)
    tags = models.ManyToManyField(Tag, db_table="book_tags")
    class Meta:
        db_table = "books"

class Loan(models.Model):
    book = models.ForeignKey(Book, models.PROTECT)
    class Meta:
        db_table = "loans"
"""
VIEWS = """
from rest_framework import serializers, viewsets
from library.models import Author, Book

class AuthorSerializer(serializers.ModelSerializer):
    class Meta:
        model = Author
        fields = ["id"]

class BookSerializer(serializers.ModelSerializer):
    {field}

    class Meta:
        model = Book
        fields = {fields}
        read_only_fields = ["shelf"]

class BookViewSet(viewsets.ModelViewSet):
    queryset = Book.objects.all()
    serializer_class = BookSerializer

    {method}
"""
URLS = """
from rest_framework.routers import DefaultRouter
from library.views import BookViewSet

router = DefaultRouter()
router.register("books", BookViewSet)
urlpatterns = router.urls
"""
SAVES = "def perform_create(self, serializer):\n        serializer.save(x=1)"
KEY = "writer = serializers.PrimaryKeyRelatedField(queryset=Author.objects.all())"


def reads(
    folder: Path, verb: str, field: str = "", fields: str = '["id"]', method: str = "pass"
) -> set[str]:
    """The tables that an action of the viewset reads, but for its own, and for who asks."""
    views = VIEWS.format(field=field, fields=fields, method=method)
    facts = scanned(
        folder,
        {
            "library/__init__.py": "",
            "library/settings.py": "ROOT_URLCONF = 'library.urls'\n",
            "library/models.py": MODELS,
            "library/views.py": views,
            "library/urls.py": URLS,
        },
    )
    return touched(facts, "read", f"BookViewSet.{verb}") - {"books", "auth_user"}


@pytest.mark.parametrize("method", ["pass", SAVES])
def test_what_a_key_names_is_looked_up(tmp_path: Path, method: str) -> None:
    assert reads(tmp_path, "create", KEY, method=method) == {"authors"}


def test_a_key_that_the_serializer_makes_is_looked_up_unless_it_is_read_only(
    tmp_path: Path,
) -> None:
    assert reads(tmp_path, "update", fields='["author", "shelf"]') == {"authors"}


def test_what_was_saved_is_the_answer(tmp_path: Path) -> None:
    nested = "author = AuthorSerializer(read_only=True)"
    assert reads(tmp_path, "create", nested) == {"authors"}


def test_a_list_of_keys_is_read_from_the_table_between(tmp_path: Path) -> None:
    assert reads(tmp_path, "list", fields='["id", "tags"]') == {"tags", "book_tags"}
    assert reads(tmp_path, "list", fields='["id", "author"]') == set()


def test_rows_that_protect_are_looked_for(tmp_path: Path) -> None:
    assert "loans" in reads(tmp_path, "destroy")


def test_a_row_that_is_deleted_is_not_shown(tmp_path: Path) -> None:
    context = (
        "def get_serializer_context(self):\n        return {'all': list(Author.objects.all())}"
    )
    assert "authors" in reads(tmp_path, "create", method=context)
    assert "authors" not in reads(tmp_path, "destroy", method=context)
