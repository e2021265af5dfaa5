"""What Python calls without being told, and what decorators put around a function."""

from __future__ import annotations

import pytest

from mscli.migrate.facts import Facts
from tests.unit.migrate.project import paths_of, scanned, touched

MODELS = """
from django.db import models

class Author(models.Model):
    class Meta:
        db_table = "authors"

class Book(models.Model):
    author = models.ForeignKey(Author, models.CASCADE)

    class Meta:
        db_table = "books"

    def __iter__(self):
        return iter(self.pages.all())

    def __len__(self):
        return self.pages.count()

    def __str__(self):
        return self.author.name

class Page(models.Model):
    book = models.ForeignKey(Book, models.CASCADE, related_name="pages")

    class Meta:
        db_table = "pages"

class Note(models.Model):
    class Meta:
        db_table = "notes"

class Event(models.Model):
    class Meta:
        db_table = "events"
"""
AROUND = """
from contextlib import ContextDecorator, contextmanager
from functools import singledispatch, singledispatchmethod

from shop.models import Author, Book, Event, Note, Page

class Shelf:
    def __contains__(self, book):
        return Page.objects.filter(book=book).exists()

    def __getitem__(self, key):
        return Book.objects.get(pk=key)

    def __iter__(self):
        yield from Author.objects.all()

class Turns:
    def __iter__(self):
        return self

    def __next__(self):
        return Note.objects.first()

class noted(ContextDecorator):
    def __enter__(self):
        return self

    def __exit__(self, *given):
        Note.objects.create()

@contextmanager
def told(what):
    yield
    Event.objects.create()

class Doubly:
    def __call__(self, view):
        def inner(request):
            Event.objects.create()
            return view(request)
        return inner

@singledispatch
def describe(thing):
    return Event.objects.count()

@describe.register
def _(thing: Book | None):
    return Note.objects.count()

@describe.register(Author)
def _(thing):
    return Page.objects.count()

class Writer:
    @singledispatchmethod
    def write(self, thing):
        raise TypeError

    @write.register
    def _(self, thing: Book):
        Note.objects.create()
"""
VIEWS = """
from django.http import HttpResponse
from django.shortcuts import render

from shop.around import Doubly, Shelf, Turns, Writer, describe, noted, told
from shop.models import Author, Book

def looping(request):
    return HttpResponse([page for page in Book.objects.first()])

def counting(request):
    return HttpResponse(len(Book.objects.first()))

def naming(request):
    return HttpResponse(f"{Book.objects.first()}")

def holding(request):
    return HttpResponse(request.GET["book"] in Shelf())

def indexing(request):
    return HttpResponse(Shelf()[1])

def listing(request):
    return HttpResponse([author for author in list(Shelf())])

def turning(request):
    for one in Turns():
        one.save()

def paging(request):
    return render(request, "book.html", {"book": Book.objects.first()})

def grouping(request):
    return render(request, "groups.html", {"books": Book.objects.all()})

@noted()
def surrounded(request):
    return HttpResponse(Book.objects.count())

@told("seen")
def generated(request):
    return HttpResponse(Book.objects.count())

@Doubly()
def wrapped(request):
    return HttpResponse(Book.objects.count())

def of_book(request):
    return describe(Book.objects.first())

def of_author(request):
    return describe(Author.objects.first())

def of_anything(request):
    return describe(request.GET["it"])

def of_method(request):
    return Writer().write(Book.objects.first())
"""
URLS = """
from django.urls import path
from shop import views
urlpatterns = [
{}
]
"""


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """One application with a view for each protocol."""
    return scanned(
        tmp_path_factory.mktemp("protocols"),
        {
            "manage.py": "",
            "shop/__init__.py": "",
            "shop/settings.py": 'INSTALLED_APPS = ["shop"]\nROOT_URLCONF = "shop.urls"',
            "shop/models.py": MODELS,
            "shop/around.py": AROUND,
            "shop/views.py": VIEWS,
            "shop/urls.py": URLS.format(paths_of(VIEWS)),
            "shop/templates/book.html": "{{ book }}{% for page in book %}{{ page.pk }}{% endfor %}",
            "shop/templates/groups.html": (
                "{% regroup books by author as groups %}"
                "{% for group in groups %}{{ group.grouper.pk }}{% endfor %}"
            ),
        },
    )


@pytest.mark.parametrize(
    ("view", "reads", "writes"),
    [
        ("looping", "books pages", ""),
        ("counting", "books pages", ""),
        ("naming", "books authors", ""),
        ("holding", "pages", ""),
        ("indexing", "books", ""),
        ("listing", "authors", ""),
        ("turning", "notes", "notes"),
        ("paging", "books authors pages", ""),
        ("grouping", "books authors", ""),
        ("surrounded", "books", "notes"),
        ("generated", "books", "events"),
        ("wrapped", "books", "events"),
        ("of_book", "books notes", ""),
        ("of_author", "authors pages", ""),
        ("of_anything", "events notes pages", ""),
        ("of_method", "books", "notes"),
    ],
)
def test_what_is_called_by_itself_counts(facts: Facts, view: str, reads: str, writes: str) -> None:
    """By a loop, `len`, a text, `in`, an index, a decorator, a class of an argument."""
    handler = f"views.{view}"
    assert touched(facts, "read", handler) == set(reads.split())
    assert touched(facts, "write", handler) == set(writes.split())
