"""Django: routers that are a part of others, and APIs of django-ninja below its URLs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.migrate.project import routes, scanned, touched

MODELS = """
from django.db import models

class Shelf(models.Model):
    class Meta:
        db_table = "shelves"

class Book(models.Model):
    shelf = models.ForeignKey(Shelf, models.PROTECT)
    class Meta:
        db_table = "books"

class Key(models.Model):
    class Meta:
        db_table = "keys"

class Seen(models.Model):
    class Meta:
        db_table = "seen"
"""
VIEWS = """
from rest_framework import viewsets
from library.models import Book, Shelf

class Shelves(viewsets.ReadOnlyModelViewSet):
    queryset = Shelf.objects.all()
    lookup_field = "code"

class Books(viewsets.ReadOnlyModelViewSet):
    queryset = Book.objects.all()
"""
URLS = """
from django.urls import include, path
from rest_framework.routers import DefaultRouter, SimpleRouter
from rest_framework_nested.routers import NestedSimpleRouter
from library.views import Books, Shelves

router = SimpleRouter()
router.register("shelves", Shelves)
"""
SETTINGS = {
    "library/__init__.py": "",
    "library/settings.py": """
        ROOT_URLCONF = "library.urls"
        INSTALLED_APPS = ["library"]
        MIDDLEWARE = ["library.middleware.seen"]
    """,
    "library/middleware.py": """
        from library.models import Seen
        def seen(get_response):
            def middleware(request):
                Seen.objects.create()
                return get_response(request)
            return middleware
    """,
    "library/models.py": MODELS,
}
SHELVES = {"GET /shelves/", "GET /shelves/{code}/"}
BOOKS = "/shelves/{shelf_code}/books/"


def found(folder: Path, urls: str) -> set[str]:
    files = {**SETTINGS, "library/views.py": VIEWS, "library/urls.py": URLS + urls}
    return routes(scanned(folder, files))


@pytest.mark.parametrize(
    "urls",
    ["urlpatterns = [*router.urls]", "urlpatterns = [path('', include([*router.urls]))]"],
)
def test_a_star_takes_in_all_that_a_router_has(tmp_path: Path, urls: str) -> None:
    assert found(tmp_path, urls) == SHELVES


def test_a_router_has_the_entries_of_others_whose_registry_it_took(tmp_path: Path) -> None:
    more = "root = DefaultRouter()\nroot.registry.extend(router.registry)\n"
    assert found(tmp_path, more + "urlpatterns = [path('api/', include(root.urls))]") == {
        "GET /api/shelves/",
        "GET /api/shelves/{code}/",
    }


NESTED = """
books = NestedSimpleRouter(router, "shelves", lookup="shelf")
books.register("books", Books, basename="book")
again = NestedSimpleRouter(books, "books", lookup="book")
again.register("again", Shelves)
urlpatterns = [path("", include(books.urls)), path("", include(again.urls))]
"""


def test_a_nested_router_is_below_a_row_of_its_parent(tmp_path: Path) -> None:
    assert found(tmp_path, NESTED) == {
        f"GET {BOOKS}",
        f"GET {BOOKS}{{pk}}/",
        f"GET {BOOKS}{{book_pk}}/again/",
        f"GET {BOOKS}{{book_pk}}/again/{{code}}/",
    }


NINJA = {
    "library/urls.py": """
        from django.urls import path
        from library.api import api
        urlpatterns = [path("api/", api.urls)]
    """,
    "library/api.py": """
        from ninja import NinjaAPI, Schema
        from ninja.security import APIKeyHeader
        from library.models import Book, Key
        class ByKey(APIKeyHeader):
            def authenticate(self, request, key):
                return Key.objects.filter(pk=key).first()
        class Out(Schema):
            shelf: str
            @staticmethod
            def resolve_shelf(obj):
                return obj.shelf.pk
        api = NinjaAPI(auth=ByKey())
        api.add_router("/books", "library.books.router")
        @api.get("/first", response={200: Out})
        def first(request):
            return Book.objects.first()
        @api.get("/health", auth=None)
        def health(request):
            return {}
    """,
    "library/books.py": """
        from ninja import Router
        from library.models import Book
        router = Router()
        @router.delete("/{int:pk}")
        def remove(request, pk: int):
            Book.objects.filter(pk=pk).delete()
    """,
}


def test_an_api_of_ninjas_is_below_djangos_urls(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {**SETTINGS, **NINJA})
    assert routes(facts) == {"DELETE /api/books/{pk}", "GET /api/first", "GET /api/health"}
    assert {route.framework for route in facts.routes} == {"ninja"}
    assert facts.frameworks == ("django", "ninja")
    assert touched(facts, "read", "api.first") == {"books", "keys", "shelves"}
    assert touched(facts, "read", "api.health") == set()
    assert touched(facts, "read", "books.remove") == {"books", "keys"}
    assert touched(facts, "write", "books.remove") == {"books", "seen"}


def test_middleware_runs_where_a_view_is_djangos_own(tmp_path: Path) -> None:
    urls = """
        from django.urls import include, path
        urlpatterns = [path("i18n/", include("django.conf.urls.i18n"))]
    """
    facts = scanned(tmp_path, {**SETTINGS, "library/urls.py": urls})
    assert touched(facts, "write", "set_language") == {"seen"}


CONFIGS = """
from django.apps import AppConfig

class Config(AppConfig):
    name = "lab.parts.{name}"
"""
PARTS = """
from django.http import HttpResponse
from django.urls import path

def show(request):
    return HttpResponse("")

urlpatterns = [path("{name}/", show)]
"""
LOOP = """
from importlib import import_module

from django.apps import apps
from django.urls import include, path

urlpatterns = []
for app in apps.get_app_configs():
    app_name = app.name
    if app_name != "lab" and app_name.startswith("lab"):
        try:
            urls = "%s.urls" % app_name
            try:
                import_module(urls)
            except ModuleNotFoundError as e:
                if e.name != urls:
                    raise
            else:
                urlpatterns += [path("", include(urls))]
        except Exception:
            pass
"""


IN_A_FUNCTION = """
from django.apps import apps
from django.urls import include, path

def found():
    return [path("", include("%s.urls" % app.name)) for app in apps.get_app_configs()]

urlpatterns = found()
"""


def lab(urls: str) -> dict[str, str]:
    """A project with three applications, of which one is not installed."""
    installed = ["lab", "lab.parts.doors", "lab.parts.desk"]
    files = {
        f"lab/parts/{name}/{file}.py": text.format(name=name)
        for name in ("doors", "desk", "attic")
        for file, text in (("apps", CONFIGS), ("urls", PARTS), ("__init__", ""))
    }
    own = CONFIGS.replace("lab.parts.{name}", "lab")
    settings = f'ROOT_URLCONF = "lab.urls"\nINSTALLED_APPS = {installed}\n'
    return {**files, "lab/urls.py": urls, "lab/settings.py": settings, "lab/apps.py": own}


def test_urls_of_all_applications_that_are_installed_are_included_in_a_loop(tmp_path: Path) -> None:
    facts = scanned(tmp_path, lab(LOOP))
    assert routes(facts) == {"ANY /doors/", "ANY /desk/"}


def test_what_a_function_finds_in_all_applications_is_listed_as_not_known(tmp_path: Path) -> None:
    facts = scanned(tmp_path, lab(IN_A_FUNCTION))
    assert routes(facts) == set()
    assert [(one.kind, str(one.evidence)) for one in facts.unresolved] == [
        ("include", "lab/urls.py:6")
    ]
