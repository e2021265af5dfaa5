"""A Django project whose `manage.py` stands in a package: what is in it has two names."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate import sources
from mscli.migrate.facts import Facts
from mscli.migrate.walk.project.index import Project
from tests.unit.migrate.project import routes, scanned, touched

MANAGE = """
import os, sys
if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings.site")
    from django.core.management import execute_from_command_line
    execute_from_command_line(sys.argv)
"""
PARTS = ("", "core/", "core/settings/", "shop/", "stores/", "stores/s3/")
FILES = {
    **{f"studio/{part}__init__.py": "" for part in PARTS},
    "studio/manage.py": MANAGE,
    "studio/core/settings/base.py": """
        INSTALLED_APPS = ["shop", "stores"]
        ROOT_URLCONF = "core.urls"
        MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
    """,
    "studio/core/settings/site.py": """
        from core.settings.base import *
        MIDDLEWARE.append("core.middleware.Seen")
    """,
    "studio/core/middleware.py": """
        from shop.models import Visit
        class Seen:
            def __init__(self, get_response):
                self.get_response = get_response
            def __call__(self, request):
                Visit.objects.create()
                return self.get_response(request)
    """,
    "studio/core/urls.py": """
        from django.urls import include, path
        urlpatterns = [path("shop/", include("shop.urls"))]
    """,
    "studio/shop/urls.py": """
        from django.urls import path
        from studio.shop import views
        urlpatterns = [path("books/", views.books), path("terms/", views.terms)]
    """,
    "studio/shop/models.py": """
        from annoying.fields import AutoOneToOneField
        from django.db import models
        class Visit(models.Model): ...
        class Book(models.Model): ...
        class Terms(models.Model):
            book = AutoOneToOneField(Book, related_name="terms", on_delete=models.CASCADE)
    """,
    "studio/shop/views.py": """
        from django.shortcuts import render
        from shop.models import Book
        from stores.s3.models import Bucket
        def books(request):
            return render(request, "books.html", {"n": Book.objects.count()})
        def terms(request):
            Bucket.objects.create()
            return render(request, "terms.html", {"terms": Book.objects.get().terms.id})
    """,
    "studio/stores/models.py": "",
    "studio/stores/s3/models.py": """
        from django.db import models
        class Bucket(models.Model): ...
    """,
}


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder: Path = tmp_path_factory.mktemp("studio")
    return scanned(folder, FILES)


def test_modules_are_found_by_both_names(facts: Facts) -> None:
    """The project's root of URLs by the short one, its views by the long one."""
    assert routes(facts) == {"ANY /shop/books/", "ANY /shop/terms/"}
    assert "shop_book" in touched(facts, "read", "views.books")


def test_models_below_an_application_have_its_label(facts: Facts) -> None:
    """`stores.s3` is not installed: the nearest package above it that is, names the table."""
    assert "stores_bucket" in {table.table for table in facts.tables}


def test_what_settings_add_to_a_list_that_they_take_over_counts(facts: Facts) -> None:
    assert "shop_visit" in touched(facts, "write", "views.books")
    assert "django_session" in touched(facts, "read", "views.books")


def test_a_row_that_makes_itself_is_written_where_it_is_asked_for(facts: Facts) -> None:
    """django-annoying's AutoOneToOneField."""
    assert "shop_terms" in touched(facts, "write", "views.terms")
    assert "shop_terms" not in touched(facts, "write", "views.books")


def test_a_module_that_imports_its_own_name_means_a_package(tmp_path: Path) -> None:
    """`celery.py` beside `manage.py`: what it imports is not itself."""
    (tmp_path / "studio").mkdir()
    for name, text in (
        ("__init__.py", ""),
        ("manage.py", MANAGE),
        ("celery.py", "from celery import Celery\napp = Celery()"),
        ("shop.py", "from celery import chord"),
    ):
        (tmp_path / "studio" / name).write_text(text)
    project = Project(sources.read(tmp_path))
    assert project.module("celery") is None
    assert project.module("studio.celery") is not None
    assert project.module("shop") is project.module("studio.shop")


def test_a_package_below_a_folder_may_import_what_is_in_itself(tmp_path: Path) -> None:
    for name, text in (
        ("web/shop/__init__.py", "from shop.models import Order"),
        ("web/shop/models.py", "class Order: pass"),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    project = Project(sources.read(tmp_path))
    assert project.module("shop") is project.module("web.shop") is not None
