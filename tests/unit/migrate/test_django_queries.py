"""What of Django's own classes reads and writes tables without a line that says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.migrate.project import scanned, touched

MODELS = """
from django.contrib.sites.managers import CurrentSiteManager
from django.db import models

class Shelf(models.Model):
    objects = models.Manager()
    on_site = CurrentSiteManager()
    class Meta:
        db_table = "shelves"
    def visit(self):
        Visit.objects.create(shelf=self)

class Visit(models.Model):
    shelf = models.ForeignKey(Shelf, models.CASCADE, related_name="visits")
    class Meta:
        db_table = "visits"

class Tag(models.Model):
    class Meta:
        db_table = "tags"

class Book(models.Model):
    shelf = models.ForeignKey(Shelf, models.CASCADE, related_name="books")
    tags = models.ManyToManyField(Tag, db_table="book_tags")
    class Meta:
        db_table = "books"
"""
HEAD = """
from django.db.models import Count
from django.forms import inlineformset_factory, modelformset_factory
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.generic import ListView
from rest_framework import serializers, viewsets
from library.models import Book, Shelf, Tag, Visit

Books = inlineformset_factory(Shelf, Book, fields=["id"])
AllBooks = modelformset_factory(Book, fields=["id"], can_delete=True)
"""
URLS = """
from django.urls import include, path
from rest_framework.routers import SimpleRouter
from library import views

router = SimpleRouter()
if hasattr(views, "Api"):
    router.register("api", views.Api, "api")
urlpatterns = [
    path("view/", views.view if hasattr(views, "view") else views.View.as_view()),
    path("", include(router.urls)),
]
"""


def touches(tmp_path: Path, kind: str, code: str, handler: str, **pages: str) -> set[str]:
    """The tables that a handler of these views reads or writes, but for who asks."""
    files = {
        "library/__init__.py": "",
        "library/models.py": MODELS,
        "library/settings.py": "ROOT_URLCONF = 'library.urls'\n",
        "library/views.py": HEAD + code,
        "library/urls.py": URLS,
        **{f"library/templates/{name}.html": text for name, text in pages.items()},
    }
    return touched(scanned(tmp_path, files), kind, handler) - {"auth_user"}


FUNCTION = (
    "def view(request):\n    shelf = Shelf.objects.get()\n    {}\n    return HttpResponse()\n"
)


@pytest.mark.parametrize(
    "body",
    [
        "Books(request.POST, instance=shelf).save()",
        "for book in Books(request.POST).save(commit=False): book.save()",
        "for each in [made(request.POST) for made in (Books,)]: each.save()",
        "for book in AllBooks(request.POST).deleted_objects: book.delete()",
        "for book, _ in AllBooks(request.POST).changed_objects: book.save()",
        "for form in Books(request.POST).forms: form.save()",
    ],
)
def test_a_set_of_forms_saves_rows_of_its_model(tmp_path: Path, body: str) -> None:
    code = FUNCTION.format(body)
    assert "books" in touches(tmp_path, "write", code, "view")


def test_a_set_of_forms_reads_what_is_there(tmp_path: Path) -> None:
    code = FUNCTION.format("Books(instance=shelf)")
    assert touches(tmp_path, "read", code, "view") == {"shelves", "books"}


def test_a_page_has_every_local_name(tmp_path: Path) -> None:
    code = FUNCTION.format("return render(request, 'p.html', locals())")
    page = "{% for book in shelf.books.all %}{% endfor %}"
    assert touches(tmp_path, "read", code, "view", p=page) == {"shelves", "books"}


def test_a_manager_that_comes_with_django_is_one(tmp_path: Path) -> None:
    code = FUNCTION.format("get_object_or_404(Shelf.on_site, pk=1).visit()")
    assert touches(tmp_path, "write", code, "view") == {"visits"}


@pytest.mark.parametrize(
    "body",
    [
        "Shelf.objects.filter(books__isnull=True).aggregate(n=Count('id'))",
        "Shelf.objects.filter(books__isnull=True).update(x=1)",
        "Shelf.objects.exclude(books=None).delete()",
    ],
)
def test_what_a_condition_joins_is_read_whatever_is_done(tmp_path: Path, body: str) -> None:
    assert "books" in touches(tmp_path, "read", FUNCTION.format(body), "view")


def test_rows_that_are_fetched_along_are_not_read_by_an_insert(tmp_path: Path) -> None:
    code = "def view(request):\n    Book.objects.select_related('shelf').create(shelf_id=1)\n"
    assert touches(tmp_path, "read", code, "view") == set()


@pytest.mark.parametrize(("null", "along"), [("", {"shelves"}), (", null=True", set())])
def test_what_a_row_has_to_have_is_fetched_along_if_nothing_is_named(
    tmp_path: Path, null: str, along: set[str]
) -> None:
    code = f"""
from django.db import models

class Loan(models.Model):
    book = models.ForeignKey(Book, models.CASCADE{null})
    class Meta:
        db_table = "loans"

def view(request):
    return HttpResponse(list(Loan.objects.select_related()))
"""
    found = {"loans"} | ({"books"} | along if along else set())
    assert touches(tmp_path, "read", code, "view") == found


@pytest.mark.parametrize(
    ("fields", "written"), [("shelf, tags", {"books", "book_tags"}), ("shelf", {"books"})]
)
@pytest.mark.parametrize("kind", ["CreateView", "UpdateView"])
def test_a_form_of_a_views_fields_writes_tables_between_two(
    tmp_path: Path, kind: str, fields: str, written: set[str]
) -> None:
    code = f"""
from django.views.generic import {kind}

class View({kind}):
    model = Book
    fields = {fields.split(", ")}
"""
    assert touches(tmp_path, "write", code, "View.post") == written


LIST = """
class View(ListView):
    queryset = Shelf.objects.annotate(n=Count("books")){}
"""


@pytest.mark.parametrize(
    "more", ["", "\n    def get_queryset(self):\n        return super().get_queryset()"]
)
def test_a_query_that_a_class_keeps_joins_where_it_is_asked(tmp_path: Path, more: str) -> None:
    assert touches(tmp_path, "read", LIST.format(more), "View.get") == {"shelves", "books"}


API = """
class TagSerializer(serializers.ModelSerializer):
    class Meta:
        model = Tag
        fields = ["id"]

class BookSerializer(serializers.ModelSerializer):
    {field}
    class Meta:
        model = Book
        fields = ["id", {names}]

class Api(viewsets.ModelViewSet):
    queryset = Book.objects.all()
    {how}
"""
DECLARED = "serializer_class = BookSerializer"
BY_ACTION = """
    def get_serializer_class(self):
        if self.action == "list":
            return BookSerializer
        return TagSerializer
"""
SLUGS = "tags = serializers.SlugRelatedField(slug_field='id', many=True, {})"


def test_many_to_many_rows_are_set_and_shown(tmp_path: Path) -> None:
    code = API.format(field="", names="'tags'", how=DECLARED)
    assert touches(tmp_path, "write", code, "Api.create") == {"books", "book_tags"}
    assert touches(tmp_path, "read", code, "Api.list") == {"books", "book_tags", "tags"}


def test_a_field_by_something_of_the_row_reads_and_sets_it(tmp_path: Path) -> None:
    field = SLUGS.format("queryset=Tag.objects.all()")
    code = API.format(field=field, names="'tags'", how=DECLARED)
    assert touches(tmp_path, "write", code, "Api.update") == {"books", "book_tags"}
    assert touches(tmp_path, "read", code, "Api.retrieve") == {"books", "book_tags", "tags"}


def test_a_field_that_is_only_shown_is_not_set(tmp_path: Path) -> None:
    code = API.format(field=SLUGS.format("read_only=True"), names="'tags'", how=DECLARED)
    assert touches(tmp_path, "write", code, "Api.create") == {"books"}


def test_a_serializer_that_a_method_chooses_shows_what_it_has(tmp_path: Path) -> None:
    code = API.format(field="", names="'tags'", how=BY_ACTION)
    assert touches(tmp_path, "read", code, "Api.list") == {"books", "book_tags", "tags"}


def test_keys_in_a_nested_serializer_are_looked_up(tmp_path: Path) -> None:
    nested = """
class VisitSerializer(serializers.ModelSerializer):
    class Meta:
        model = Visit
        fields = ["shelf"]

"""
    code = nested + API.format(field="visits = VisitSerializer(many=True)", names="", how=DECLARED)
    assert "shelves" in touches(tmp_path, "read", code, "Api.create")


FORM = """
from django import forms

class Choice(forms.Form):
    shelf = forms.ModelChoiceField(Shelf.objects.all())
    several = forms.ModelMultipleChoiceField(Shelf.objects.all())

class BookForm(forms.ModelForm):
    class Meta:
        model = Book
        fields = ["shelf"]

"""


@pytest.mark.parametrize(
    "body",
    [
        "Choice(request.POST).cleaned_data['shelf'].visit()",
        "Choice(request.POST).cleaned_data.get('shelf').visit()",
        "for each in Choice(request.POST).cleaned_data['several']: each.visit()",
        "BookForm(request.POST).cleaned_data['shelf'].visit()",
    ],
)
def test_a_row_that_was_chosen_in_a_form_is_known(tmp_path: Path, body: str) -> None:
    code = FORM + FUNCTION.format(body)
    assert touches(tmp_path, "write", code, "view") == {"visits"}


FILTERS = """
import django_filters

class BookFilter(django_filters.FilterSet):
    seen = django_filters.CharFilter(field_name="shelf__visits__id")
    class Meta:
        model = Book
        fields = ["tags"]
"""


@pytest.mark.parametrize(
    ("said", "joined"),
    [
        ("filterset_fields = ['shelf__id']", {"shelves"}),
        ("filterset_fields = {'tags': ['exact']}", {"book_tags"}),
        ("search_fields = ['^shelf__visits__id']", {"shelves", "visits"}),
        ("filterset_class = BookFilter", {"book_tags", "shelves", "visits"}),
    ],
)
def test_filters_of_a_list_join_what_they_look_up(
    tmp_path: Path, said: str, joined: set[str]
) -> None:
    code = FILTERS + API.format(field="", names="", how=f"{DECLARED}\n    {said}")
    read = touches(tmp_path, "read", code, "Api.list")
    assert joined <= read
    assert not joined & touches(tmp_path, "read", code, "Api.create")


SIGNAL = """
from django.contrib.auth.signals import user_logged_in
from django.contrib.auth.views import LoginView
from django.dispatch import receiver
from rest_framework.authtoken.views import obtain_auth_token

@receiver(user_logged_in)
def seen(sender, user, **kwargs):
    Visit.objects.create()

"""


@pytest.mark.parametrize("more", ["view = LoginView.as_view()", "class View(LoginView):\n    pass"])
def test_logging_in_by_djangos_own_view_is_heard_of(tmp_path: Path, more: str) -> None:
    code = SIGNAL + more
    name = "View.post" if "class" in more else "LoginView.as_view"
    assert "visits" in touches(tmp_path, "write", code, name)


def test_a_token_is_made_by_the_frameworks_own_view(tmp_path: Path) -> None:
    code = SIGNAL + "view = obtain_auth_token"
    assert touches(tmp_path, "write", code, "obtain_auth_token") == {"authtoken_token"}


SQL = """
from django.db import connection

def view(request):
    connection.cursor().execute("SELECT id FROM books {}" {})
"""


def test_numbers_that_are_put_into_sql_hide_no_table(tmp_path: Path) -> None:
    code = SQL.format("LIMIT %d", "% 7")
    assert touches(tmp_path, "read", code, "view") == {"books"}


def test_sql_that_cannot_be_read_is_listed(tmp_path: Path) -> None:
    files = {
        "library/__init__.py": "",
        "library/models.py": MODELS,
        "library/settings.py": "ROOT_URLCONF = 'library.urls'\n",
        "library/views.py": HEAD + SQL.format("WHERE ((", ""),
        "library/urls.py": URLS,
    }
    unresolved = [lost.what for lost in scanned(tmp_path, files).unresolved if lost.kind == "sql"]
    assert unresolved == ["not understood: SELECT id FROM books WHERE (("]


def test_a_row_of_any_table_is_one_of_those_that_say_so_and_listed(tmp_path: Path) -> None:
    models = """
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.db import models

class Note(models.Model):
    target = GenericForeignKey()
    class Meta:
        db_table = "notes"

class Book(models.Model):
    notes = GenericRelation(Note)
    class Meta:
        db_table = "books"
"""
    view = "from library.models import Note\ndef view(request):\n    Note.objects.get().target.id\n"
    files = {
        "library/__init__.py": "",
        "library/models.py": models,
        "library/settings.py": "ROOT_URLCONF = 'library.urls'\n",
        "library/views.py": view,
        "library/urls.py": URLS,
    }
    facts = scanned(tmp_path, files)
    assert {"notes", "books"} <= touched(facts, "read", "view")
    assert "Note.target may be a row of any table" in [lost.what for lost in facts.unresolved]
