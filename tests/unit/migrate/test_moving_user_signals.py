"""Django: receivers whose sender is a text, or whoever logs in."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.store import Store
from tests.unit.migrate.slices import part_of

MODELS = """
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import User
    from django.db import models
    from django.db.models.signals import post_save
    from django.dispatch import receiver

    class Book(models.Model):
        class Meta:
            db_table = "books"

    def heard(sender, **kwargs):
        print(sender)

    {}
"""
FILES = {
    "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_.settings')",
    "site_/__init__.py": "",
    "site_/settings.py": """
        SECRET_KEY = "x"
        ROOT_URLCONF = "site_.urls"
        INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "shop"]
        DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "x.db"}}
    """,
    "site_/urls.py": """
        from django.urls import path
        from shop import views
        urlpatterns = [path("books/", views.books)]
    """,
    "shop/__init__.py": "",
    "shop/views.py": """
        from django.http import JsonResponse
        from shop.models import Book
        def books(request):
            Book.objects.create()
            return JsonResponse({})
    """,
    "requirements.txt": "django>=5\n",
}


def moves(folder: Path, sender: str, store: Store) -> bool:
    """Whether a receiver of this sender goes along with a route that writes."""
    models = MODELS.format(f"post_save.connect(heard, sender={sender})")
    found = part_of(folder, {**FILES, "shop/models.py": models}, store)
    assert all(fate.is_moved for fate in found.fates)
    return "post_save.connect" in found.modules["src/library/moved/shop/models.py"]


@pytest.mark.parametrize("store", ["own", "shared"])
def test_a_text_names_a_model(tmp_path: Path, store: Store) -> None:
    assert moves(tmp_path, "'shop.Book'", store)
    assert moves(tmp_path, "'elsewhere.Book'", store) is False


@pytest.mark.parametrize(
    "sender", ["User", "'auth.User'", "settings.AUTH_USER_MODEL", "get_user_model()"]
)
def test_who_hears_of_users_goes_where_a_service_writes_them(tmp_path: Path, sender: str) -> None:
    assert moves(tmp_path, sender, "shared")
    assert moves(tmp_path, sender, "own") is False
