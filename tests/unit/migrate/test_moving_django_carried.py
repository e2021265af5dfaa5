"""Django: what the project's middleware gives to views keeps those that ask for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.migrate.slices import part_of, reasons

MIDDLEWARE = """
    import threading
    from contextlib import contextmanager
    from contextvars import ContextVar
    from django.http import JsonResponse

    local = threading.local()
    variable = ContextVar("variable", default=None)

    @contextmanager
    def acting_for(tenant):
        token = variable.set(tenant)
        try:
            yield
        finally:
            variable.reset(token)

    class Acting:
        def __init__(self, get_response):
            self.get_response = get_response
        def __call__(self, request):
            with acting_for(request.headers.get("X-Tenant")):
                return self.get_response(request)

    def acting():
        return variable.get()

    class Tenant:
        def __init__(self, get_response):
            self.get_response = get_response
        def __call__(self, request):
            request.tenant = request.headers.get("X-Tenant")
            setattr(request, "language", "en")
            local.tenant = request.tenant
            return self.get_response(request)

    def timed(get_response):
        def middleware(request):
            request.begun = 1
            return get_response(request)
        return middleware

    def current():
        return local.tenant

    class Errors:
        def __init__(self, get_response):
            self.get_response = get_response
        def __call__(self, request):
            return self.get_response(request)
        def process_exception(self, request, exception):
            return JsonResponse({"error": str(exception)}, status=422)

    class Silent(Errors):
        def process_exception(self, request, exception):
            print(exception)
"""
VIEW = """
    from django.http import JsonResponse
    from django.shortcuts import render
    from shop.middleware import acting, current
    from shop.models import Book
    def books(request):
        return {}
"""


def found(folder: Path, middleware: str, answer: str, page: str = "") -> str:
    """The reasons of a view that answers so, behind this middleware."""
    files = {
        "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_.settings')",
        "site_/__init__.py": "",
        "site_/settings.py": f"""
            SECRET_KEY = "x"
            ROOT_URLCONF = "site_.urls"
            INSTALLED_APPS = ["shop"]
            MIDDLEWARE = ["shop.middleware.{middleware}"]
            TEMPLATES = [{{
                "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
                "OPTIONS": {{"context_processors": ["django.template.context_processors.request"]}},
            }}]
            DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": "x.db"}}}}
        """,
        "site_/urls.py": """
            from django.urls import path
            from shop import views
            urlpatterns = [path("books/", views.books)]
        """,
        "shop/__init__.py": "",
        "shop/middleware.py": MIDDLEWARE,
        "shop/models.py": """
            from django.db import models
            class Book(models.Model):
                class Meta:
                    db_table = "books"
        """,
        "shop/views.py": VIEW.format(answer),
        "shop/templates/page.html": page,
        "requirements.txt": "django>=5\n",
    }
    return reasons(part_of(folder, files))


TENANT = "the middleware `shop.middleware.Tenant`"


@pytest.mark.parametrize(
    ("middleware", "answer", "said"),
    [
        ("Tenant", "JsonResponse({'t': request.tenant})", f"asks `request.tenant`, which {TENANT}"),
        (
            "Tenant",
            "JsonResponse({'t': getattr(request, 'tenant', None)})",
            f"it asks `request.tenant`, which {TENANT} sets",
        ),
        ("Tenant", "JsonResponse({'t': request.language})", "it asks `request.language`"),
        ("Tenant", "JsonResponse({'t': current()})", f"{TENANT} sets what is in `local`"),
        (
            "Acting",
            "JsonResponse({'t': acting()})",
            "the middleware `shop.middleware.Acting` sets what is in `variable`",
        ),
        (
            "timed",
            "JsonResponse({'t': request.begun})",
            "which the middleware `shop.middleware.timed`",
        ),
        ("Errors", "JsonResponse({})", "`shop.middleware.Errors` answers errors of views"),
    ],
)
def test_what_asks_for_it_stays(tmp_path: Path, middleware: str, answer: str, said: str) -> None:
    assert said in found(tmp_path, middleware, answer)


@pytest.mark.parametrize("middleware", ["Acting", "Tenant", "timed", "Silent"])
def test_what_does_not_ask_moves(tmp_path: Path, middleware: str) -> None:
    assert found(tmp_path, middleware, "JsonResponse({'n': Book.objects.count()})") == ""


def test_a_page_may_ask_for_it_too(tmp_path: Path) -> None:
    page = "{{ request.tenant }}"
    said = found(tmp_path, "Tenant", "render(request, 'page.html')", page)
    assert f"its template `page.html` shows `request.tenant`, which {TENANT} sets" in said
