"""Django: what is around views goes along: middleware of its own, views and pages of errors."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from mscli.migrate.apply.part import Part, ambient_of
from mscli.migrate.apply.services import tailored
from mscli.migrate.scan import scan
from mscli.migrate.store import Store
from tests.unit.migrate.slices import part_of, reasons

FILES = {
    "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_.settings')",
    "requirements.txt": "django\ndjango-otp\n",
    "site_/__init__.py": "",
    "site_/settings.py": """
        SECRET_KEY = "x"
        ROOT_URLCONF = "site_.urls"
        INSTALLED_APPS = ["shop"]
        MIDDLEWARE = [
            "django.middleware.csrf.CsrfViewMiddleware",
            "shop.middleware.Tenant",
            "django_otp.middleware.OTPMiddleware",
            "shop.middleware.timed",
            "shop.middleware.Stuck",
        ]
        TEMPLATES = [
            {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
        ]
        DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "x.db"}}
    """,
    "site_/urls.py": """
        from django.urls import path
        from shop import errors, views
        handler404 = errors.lost
        handler403 = "shop.errors.forbidden"
        handler500 = "shop.errors.broken"
        urlpatterns = [path("books/", views.books)]
    """,
    "shop/__init__.py": "",
    "shop/middleware.py": """
        from django.http import HttpResponseForbidden

        class Tenant:
            def __init__(self, get_response):
                self.get_response = get_response
            def __call__(self, request):
                request.tenant = request.headers.get("X-Tenant")
                if not request.tenant:
                    return HttpResponseForbidden()
                return self.get_response(request)

        def timed(get_response):
            def middleware(request):
                return get_response(request)
            return middleware

        class Stuck:
            here = send_file("here")
            def __init__(self, get_response):
                self.get_response = get_response
            def __call__(self, request):
                return self.get_response(request)
    """,
    "shop/errors.py": """
        from django.http import JsonResponse
        def lost(request, exception):
            return JsonResponse({"e": 404}, status=404)
        def forbidden(request, exception):
            return JsonResponse({"e": 403}, status=403)
        def broken(request):
            return JsonResponse({"e": send_file("e")}, status=500)
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
            return JsonResponse({"count": Book.objects.count(), "of": request.tenant})
    """,
    "shop/templates/404.html": "{% extends 'base.html' %}",
    "shop/templates/base.html": "<title>{{ title }}</title>",
}


def made(part: Part, name: str) -> str:
    """A file of the service's `legacy` room."""
    return tailored(part, ()).files[f"src/library/legacy/{name}.py"]


def moved(folder: Path, store: Store, files: Mapping[str, str] = FILES) -> Part:
    """The service, whose route moves."""
    part = part_of(folder, files, store)
    assert reasons(part) == ""
    return part


def test_middleware_goes_along_in_its_order_where_it_can(tmp_path: Path) -> None:
    part = moved(tmp_path, "shared")
    assert part.slice.django.middleware == (
        "django.middleware.csrf.CsrfViewMiddleware",
        "library.moved.shop.middleware.Tenant",
        "django_otp.middleware.OTPMiddleware",
        "library.moved.shop.middleware.timed",
    )
    assert "class Stuck" not in part.modules["src/library/moved/shop/middleware.py"]
    assert any(each.startswith("django-otp") for each in part.requirements)
    left = " ".join(ambient_of(scan(tmp_path), [part]))
    assert "Stuck" in left
    assert "Tenant" not in left


def test_on_a_database_of_its_own_middleware_stays(tmp_path: Path) -> None:
    said = reasons(part_of(tmp_path, FILES))
    assert "`shop.middleware.Tenant` may answer before the view" in said
    assert "`django_otp.middleware.OTPMiddleware` may answer before the view" in said


@pytest.mark.parametrize("store", ["own", "shared"])
def test_views_and_pages_of_errors_go_along_where_they_can(tmp_path: Path, store: Store) -> None:
    settings = FILES["site_/settings.py"]
    bare = settings[: settings.index("MIDDLEWARE")] + settings[settings.index("TEMPLATES") :]
    views = FILES["shop/views.py"].replace("request.tenant", "1")
    part = moved(tmp_path, store, {**FILES, "site_/settings.py": bare, "shop/views.py": views})
    assert part.slice.django.handlers == (
        ("handler403", "library.moved.shop.errors.forbidden"),
        ("handler404", "library.moved.shop.errors.lost"),
    )
    assert 'handler404 = "library.moved.shop.errors.lost"\n' in made(part, "urls")
    assert "handler500" not in made(part, "urls")
    assert set(part.slice.pages) == {f"src/library/templates/{n}.html" for n in ("404", "base")}


def test_a_page_of_an_error_that_cannot_go_along_keeps_no_route(tmp_path: Path) -> None:
    files = {**FILES, "shop/templates/base.html": "{% load nowhere %}"}
    assert moved(tmp_path, "shared", files).slice.pages == {}


@pytest.mark.parametrize("store", ["own", "shared"])
@pytest.mark.parametrize(
    ("said", "hashed"),
    [
        ('STATICFILES_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"', True),
        ("STORAGES = {'default': 1, 'staticfiles': {'BACKEND': 'shop.Kept'}}", True),
        ("STORAGES = {'default': 1}", False),
    ],
)
def test_static_files_have_the_names_that_the_monolith_has_collected(
    tmp_path: Path, store: Store, said: str, hashed: bool
) -> None:
    settings = f"""
        import os
        SECRET_KEY = "x"
        ROOT_URLCONF = "site_.urls"
        INSTALLED_APPS = ["django.contrib.staticfiles", "shop"]
        STATIC_ROOT = os.environ["FILES"]
        {said}
    """
    files = {**FILES, "site_/settings.py": settings, "requirements.txt": "django\nwhitenoise\n"}
    files["shop/views.py"] = files["shop/views.py"].replace("request.tenant", "1")
    part = moved(tmp_path, store, files)
    assert ("django.contrib.staticfiles" in part.slice.django.installed) is hashed
    assert ("whitenoise" in part.requirements) is ("whitenoise" in said)
    text = made(part, "settings")
    compile(text, "settings.py", "exec")
    assert ('"STATIC_ROOT": "library.moved.site_.settings"' in text) is hashed
    assert ('"staticfiles.json").is_file()' in text) is hashed
