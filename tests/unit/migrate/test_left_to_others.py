"""What Django and REST framework leave to a method, a class or a setting of the project's."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.facts import Facts
from tests.unit.migrate.project import scanned, touched

SETTINGS = """
ROOT_URLCONF = "urls"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "shop"]
AUTHENTICATION_BACKENDS = ["shop.backends.Counting"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
"""
URLS = """
from django.contrib import admin
from django.urls import path
from shop import views
urlpatterns = [path("admin/", admin.site.urls), path("", views.view)]
"""
MODELS = """
from django.db import models

class Owner(models.Model):
    name = models.CharField(max_length=9)

class LiveQuerySet(models.QuerySet):
    def live(self):
        return self.filter(live=True)

class LiveManager(models.Manager.from_queryset(LiveQuerySet)):
    def get_queryset(self):
        return super().get_queryset().live()

class BookQuerySet(LiveQuerySet):
    def owned(self):
        return self.filter(owner__name="me")

class Book(models.Model):
    live = models.BooleanField()
    day = models.DateField()
    owner = models.ForeignKey(Owner, on_delete=models.CASCADE)
    objects = LiveManager.from_queryset(BookQuerySet)()

class Note(models.Model):
    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="notes")

class Attempt(models.Model):
    pass
"""
BACKENDS = """
from django.contrib.auth.backends import ModelBackend
from shop.models import Attempt

class Counting(ModelBackend):
    def authenticate(self, request, username=None, password=None):
        Attempt.objects.create()
"""
HEAD = """
import django_filters
from django.contrib.auth import authenticate
from django.contrib.auth.views import LoginView
from django.shortcuts import get_object_or_404
from django.views import generic
from rest_framework import generics, serializers, viewsets
from shop.models import Attempt, Book, Note, Owner

class BookSerializer(serializers.ModelSerializer):
    class Meta:
        model = Book
        fields = ["live"]
"""


def shop(tmp_path: Path, views: str, admin: str = "") -> Facts:
    files = {
        "settings.py": SETTINGS,
        "urls.py": URLS,
        "shop/__init__.py": "",
        "shop/models.py": MODELS,
        "shop/backends.py": BACKENDS,
        "shop/views.py": HEAD + views,
        "shop/admin.py": admin,
        "shop/templates/book.html": "{% for note in book.notes.all %}{{ note }}{% endfor %}",
    }
    return scanned(tmp_path, files)


@pytest.mark.parametrize(
    ("base", "action", "handler"),
    [
        ("CreateAPIView", "create", "View.post"),
        ("ListAPIView", "list", "View.get"),
        ("RetrieveAPIView", "retrieve", "View.get"),
        ("UpdateAPIView", "update", "View.put"),
        ("UpdateAPIView", "update", "View.patch"),
        ("UpdateAPIView", "partial_update", "View.patch"),
        ("DestroyAPIView", "destroy", "View.delete"),
    ],
)
def test_a_generic_view_leaves_a_method_to_its_action(
    tmp_path: Path, base: str, action: str, handler: str
) -> None:
    code = f"""
class View(generics.{base}):
    queryset = Book.objects.all()
    serializer_class = BookSerializer

    def {action}(self, request, *args, **kwargs):
        Note.objects.create()

view = View.as_view()
"""
    facts = shop(tmp_path, code)
    assert touched(facts, "write", handler) == {"shop_note"}


def test_a_part_of_a_row_is_an_update_of_ones_own(tmp_path: Path) -> None:
    code = """
class View(viewsets.ModelViewSet):
    queryset = Book.objects.all()
    serializer_class = BookSerializer

    def update(self, request, *args, **kwargs):
        Note.objects.create()

view = View.as_view({"patch": "partial_update"})
"""
    assert touched(shop(tmp_path, code), "write", "View.partial_update") == {"shop_note"}


def test_a_manager_out_of_a_manager_and_a_query_has_what_both_have(tmp_path: Path) -> None:
    code = "def view(request):\n    list(Book.objects.owned().live())\n"
    facts = shop(tmp_path, code)
    assert touched(facts, "read", "views.view") == {"shop_book", "shop_owner"}
    assert facts.unresolved == ()


@pytest.mark.parametrize(
    "code",
    [
        "view = LoginView.as_view()\n",
        "class SignIn(LoginView):\n    pass\nview = SignIn.as_view()\n",
        "def view(request):\n    authenticate(request, username='a', password='b')\n",
    ],
)
def test_who_logs_in_is_looked_up_by_the_projects_backends(tmp_path: Path, code: str) -> None:
    facts = shop(tmp_path, code)
    (route,) = (r for r in facts.routes if r.path == "/" and r.method != "GET")
    assert "shop_attempt" in touched(facts, "write", route.handler)


@pytest.mark.parametrize("listed", ["", "actions = ['mark']", "actions = [mark_all]"])
def test_actions_of_the_admin_are_asked_with_rows(tmp_path: Path, listed: str) -> None:
    marked = "" if listed else "@admin.action(description='Mark')"
    admin = f"""
from django.contrib import admin
from shop.models import Book

def mark_all(modeladmin, request, queryset):
    queryset.live().update(live=False)

@admin.register(Book)
class BookAdmin(admin.ModelAdmin):
    {listed or "pass"}

    {marked}
    def mark(self, request, queryset):
        queryset.live().update(live=False)
"""
    facts = shop(tmp_path, "def view(request): ...", admin)
    writes = [a for a in facts.accesses if a.kind == "write" and ":changelist:" in a.handler]
    assert [(a.table, a.operations) for a in writes] == [("shop_book", ("update",))]
    assert facts.unresolved == ()


@pytest.mark.parametrize("method", ["'by_owner'", "by_owner"])
def test_a_filter_asks_the_method_that_it_names(tmp_path: Path, method: str) -> None:
    code = f"""
def by_owner(queryset, name, value):
    return queryset.owned()

class BookFilter(django_filters.FilterSet):
    mine = django_filters.BooleanFilter(method={method})

    def by_owner(self, queryset, name, value):
        return queryset.owned()

class View(generics.ListAPIView):
    queryset = Book.objects.all()
    serializer_class = BookSerializer
    filterset_class = BookFilter

view = View.as_view()
"""
    assert "shop_owner" in touched(shop(tmp_path, code), "read", "View.get")


def test_a_page_shows_the_row_that_a_view_gets_itself(tmp_path: Path) -> None:
    code = """
class View(generic.DetailView):
    template_name = "book.html"

    def get_object(self, queryset=None):
        return get_object_or_404(Book, live=True)

view = View.as_view()
"""
    assert touched(shop(tmp_path, code), "read", "View.get") == {"shop_book", "shop_note"}


@pytest.mark.parametrize("span", ["Year", "Month", "Week", "Day", "Today"])
def test_an_archive_reads_its_rows(tmp_path: Path, span: str) -> None:
    code = f"""
class View(generic.{span}ArchiveView):
    queryset = Book.objects.all()
    date_field = "day"

view = View.as_view()
"""
    assert touched(shop(tmp_path, code), "read", "View.get") == {"shop_book"}


def test_a_generic_view_may_be_told_of_its_rows_where_its_url_is(tmp_path: Path) -> None:
    code = """
from django.urls import path
urlpatterns = [
    path("list/", generic.ListView.as_view(model=Book)),
    path("other/", generic.ListView.as_view(queryset=Owner.objects.filter(name="x"))),
    path("delete/", generic.DeleteView.as_view(model=Note)),
    path("rest/", generics.ListCreateAPIView.as_view(
        queryset=Book.objects.all(), serializer_class=BookSerializer)),
    path("page/", generic.TemplateView.as_view(template_name="book.html")),
    path("login/", LoginView.as_view(template_name="book.html")),
]
"""
    files = {
        "settings.py": 'ROOT_URLCONF = "shop.views"\nINSTALLED_APPS = ["shop"]\n',
        "shop/__init__.py": "",
        "shop/models.py": MODELS,
        "shop/views.py": HEAD + code,
    }
    facts = scanned(tmp_path, files)
    found = {
        (route.method, route.path, access.kind, access.table)
        for route in facts.routes
        for access in facts.accesses
        if access.is_of(route) and access.table.startswith("shop_")
    }
    assert found == {
        ("GET", "/list/", "read", "shop_book"),
        ("GET", "/other/", "read", "shop_owner"),
        ("GET", "/delete/", "read", "shop_note"),
        ("POST", "/delete/", "read", "shop_note"),
        ("POST", "/delete/", "write", "shop_note"),
        ("DELETE", "/delete/", "read", "shop_note"),
        ("DELETE", "/delete/", "write", "shop_note"),
        ("GET", "/rest/", "read", "shop_book"),
        ("POST", "/rest/", "write", "shop_book"),
    }
    assert {r.path for r in facts.routes if r.method == "ANY"} == {"/page/", "/login/"}
