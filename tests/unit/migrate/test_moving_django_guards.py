"""Django: what may answer before a view is asked, and stays in the monolith, keeps the view."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from tests.unit.migrate.slices import part_of, reasons

SETTINGS = """
    SECRET_KEY = "x"
    ROOT_URLCONF = "site_.urls"
    INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "shop"]
    MIDDLEWARE = ["django.middleware.common.CommonMiddleware", {!r}]
    DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": "x.db"}}}}
"""
MIDDLEWARE = """
    from django.core.exceptions import PermissionDenied
    from django.http import HttpResponse
    from django.utils.deprecation import MiddlewareMixin
    from shop.models import Book

    class Guard:
        def __init__(self, get_response):
            self.get_response = get_response
        def __call__(self, request):
            if request.headers.get("X-Key") != "s":
                return HttpResponse(status=401)
            return self.get_response(request)

    class Refusing(MiddlewareMixin):
        def process_view(self, request, view, args, kwargs):
            if request.headers.get("X-Key") != "s":
                raise PermissionDenied

    def made(get_response):
        def middleware(request):
            if not request.user.is_authenticated:
                return HttpResponse(status=401)
            return get_response(request)
        return middleware

    class Looking:
        def __init__(self, get_response):
            self.get_response = get_response
        def __call__(self, request):
            response = self.get_response(request)
            response["X-Seen"] = "1"
            return response
        def process_view(self, request, view, args, kwargs):
            request.seen = lambda: refuse(request)

    def refuse(request):
        raise PermissionDenied

    class Counting(Looking):
        def __call__(self, request):
            Book.objects.create()
            return self.get_response(request)
        def process_response(self, request, response):
            return response

    class Books:
        def create(self):
            raise PermissionDenied

    class Redirecting(MiddlewareMixin):
        def process_response(self, request, response):
            if response.status_code != 404:
                return response
            return HttpResponse(status=302)

    def replaced(get_response):
        def middleware(request):
            response = get_response(request)
            return HttpResponse(response.content)
        return middleware
"""
URLS = """
    from django.contrib.auth.decorators import login_required
    from django.urls import include, path
    from shop import views
    from shop.guards import guarded
    urlpatterns = [path("books/", views.books)]
"""


def made(folder: Path, middleware: str, urls: str = URLS, more: str = "") -> str:
    files = {
        "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_.settings')",
        "site_/__init__.py": "",
        "site_/settings.py": dedent(SETTINGS).format(middleware),
        "site_/urls.py": dedent(urls) + more,
        "shop/__init__.py": "",
        "shop/middleware.py": MIDDLEWARE,
        "shop/guards.py": """
            def guarded(patterns):
                return patterns
        """,
        "shop/models.py": """
            from django.db import models
            class Book(models.Model):
                class Meta:
                    db_table = "books"
        """,
        "shop/views.py": """
            from django.http import JsonResponse
            from shop.models import Book
            def books(request):
                return JsonResponse({"n": Book.objects.count()})
        """,
        "shop/urls.py": """
            from django.urls import path
            from shop import views
            urlpatterns = [path("books/", views.books)]
        """,
        "requirements.txt": "django>=5\n",
    }
    return reasons(part_of(folder, files))


@pytest.mark.parametrize(
    "middleware",
    [
        "django.contrib.auth.middleware.LoginRequiredMiddleware",
        "shop.middleware.Guard",
        "shop.middleware.Refusing",
        "shop.middleware.made",
        "somebody.elses.Middleware",
    ],
)
def test_middleware_that_may_answer_keeps_the_views(tmp_path: Path, middleware: str) -> None:
    assert f"the middleware `{middleware}` may answer before the view" in made(tmp_path, middleware)


@pytest.mark.parametrize("name", ["Redirecting", "replaced"])
def test_middleware_that_gives_another_answer_keeps_the_views(tmp_path: Path, name: str) -> None:
    found = made(tmp_path, f"shop.middleware.{name}")
    assert f"the middleware `shop.middleware.{name}` gives other answers than views" in found


@pytest.mark.parametrize(
    "middleware",
    [
        "shop.middleware.Counting",
        "shop.middleware.Looking",
        "whitenoise.middleware.WhiteNoiseMiddleware",
    ],
)
def test_middleware_that_only_looks_on_keeps_none(tmp_path: Path, middleware: str) -> None:
    assert made(tmp_path, middleware) == ""


@pytest.mark.parametrize(
    ("urls", "more"),
    [
        (URLS, "for each in urlpatterns:\n    each.callback = login_required(each.callback)\n"),
        (URLS, "urlpatterns = guarded(urlpatterns)\n"),
        (
            URLS.replace('path("books/", views.books)', 'path("", guarded(include("shop.urls")))'),
            "",
        ),
    ],
)
def test_urls_that_are_put_into_something_keep_their_views(
    tmp_path: Path, urls: str, more: str
) -> None:
    found = made(tmp_path, "django.middleware.gzip.GZipMiddleware", urls, more)
    assert "its URLs are put into something that is not moved" in found


def test_a_view_that_is_put_into_a_guard_in_its_url_moves_with_it(tmp_path: Path) -> None:
    urls = URLS.replace("views.books)", "login_required(views.books))")
    assert made(tmp_path, "django.middleware.gzip.GZipMiddleware", urls) == ""
