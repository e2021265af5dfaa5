"""A relation that only a template follows is a read of the handler that shows it."""

from __future__ import annotations

from pathlib import Path

from tests.unit.migrate.project import scanned, touched

MODELS = """
from django.db import models

class Shelf(models.Model):
    name = models.CharField(max_length=9)
    class Meta:
        db_table = "shelves"

class Author(models.Model):
    name = models.CharField(max_length=9)
    class Meta:
        db_table = "authors"

class Book(models.Model):
    shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE)
    authors = models.ManyToManyField(Author)
    class Meta:
        db_table = "books"

class Fine(models.Model):
    class Meta:
        db_table = "fines"
"""
SETTINGS = """
ROOT_URLCONF = "library.urls"
INSTALLED_APPS = ["library"]
TEMPLATES = [{"OPTIONS": {"context_processors": ["library.context.fines"]}}]
"""
URLS = """
from django.urls import path
from library import views
urlpatterns = [
    path("one/", views.one),
    path("quiet/", views.quiet),
    path("list/", views.Books.as_view()),
    path("tags/", views.tags),
]
"""
VIEWS = """
from django.http import JsonResponse
from django.shortcuts import render
from django.views.generic import ListView
from library.models import Book

def one(request):
    return render(request, "library/one.html", {"book": Book.objects.get(pk=1)})

def quiet(request):
    return JsonResponse({"book": Book.objects.get(pk=1).pk})

class Books(ListView):
    model = Book
    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["shown"] = self.object_list
        return context

def tags(request):
    return render(request, "library/tags.html", {})
"""
TAGS = """
from django import template
from library.models import Author, Shelf
register = template.Library()

@register.simple_tag
def shelves():
    return Shelf.objects.all()

@register.inclusion_tag("library/authors.html")
def authors():
    return {"authors": Author.objects.all()}
"""


def library(folder: Path) -> dict[str, str]:
    del folder
    return {
        "library/__init__.py": "",
        "library/models.py": MODELS,
        "library/settings.py": SETTINGS,
        "library/urls.py": URLS,
        "library/views.py": VIEWS,
        "library/context.py": (
            "from library.models import Fine\n"
            "def fines(request):\n    return {'fines': Fine.objects.all()}\n"
        ),
        "library/templatetags/__init__.py": "",
        "library/templatetags/shop.py": TAGS,
        "library/templates/library/base.html": "{% block body %}{% endblock %}",
        "library/templates/library/one.html": (
            "{% extends 'library/base.html' %}{% block body %}{{ book.shelf.name|upper }}"
            "{% for author in book.authors.all %}{{ author.name }}{% endfor %}{% endblock %}"
        ),
        "library/templates/library/book_list.html": (
            "{% for book in shown %}{% include 'library/row.html' with one=book only %}{% endfor %}"
        ),
        "library/templates/library/row.html": "{{ one.shelf }}",
        "library/templates/library/authors.html": "{{ authors }}",
        "library/templates/library/tags.html": (
            "{% load shop %}{% shelves as all %}{{ all }}{% authors %}"
        ),
    }


def test_templates_of_django_are_followed(tmp_path: Path) -> None:
    facts = scanned(tmp_path, library(tmp_path))
    assert touched(facts, "read", "views.one") >= {"shelves", "authors", "books_authors"}
    assert touched(facts, "read", "views.quiet") == {"books"}
    assert touched(facts, "read", "Books.get") >= {"books", "shelves"}
    assert touched(facts, "read", "views.tags") >= {"shelves", "authors"}


def test_a_context_processor_is_read_by_who_renders(tmp_path: Path) -> None:
    facts = scanned(tmp_path, library(tmp_path))
    assert "fines" in touched(facts, "read", "views.one")
    assert "fines" not in touched(facts, "read", "views.quiet")


FLASK = """
from flask import Flask, render_template
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
app = Flask(__name__)

class Shelf(db.Model):
    __tablename__ = "shelves"
    id = db.Column(db.Integer, primary_key=True)

class Book(db.Model):
    __tablename__ = "books"
    id = db.Column(db.Integer, primary_key=True)
    shelf_id = db.Column(db.ForeignKey("shelves.id"))
    shelf = db.relationship("Shelf")

class Fine(db.Model):
    __tablename__ = "fines"
    id = db.Column(db.Integer, primary_key=True)

@app.template_filter("fined")
def fined(book):
    return Fine.query.count()

@app.get("/macro")
def macro():
    return render_template("macro.html", books=Book.query.all())

@app.get("/filter")
def filtered():
    return render_template("filter.html", book=1)

@app.get("/broken")
def broken():
    return render_template("broken.html")
"""


def test_templates_of_jinja_are_followed(tmp_path: Path) -> None:
    facts = scanned(
        tmp_path,
        {
            "app.py": FLASK,
            "templates/macro.html": (
                "{% from 'macros.html' import row %}"
                "{% for book in books %}{{ row(book) }}{% endfor %}"
            ),
            "templates/macros.html": "{% macro row(one) %}{{ one.shelf.id }}{% endmacro %}",
            "templates/filter.html": "{{ book|fined }}",
            "templates/broken.html": "{% for %}",
        },
    )
    assert touched(facts, "read", "app.macro") == {"books", "shelves"}
    assert touched(facts, "read", "app.filtered") == {"fines"}
    assert any(u.kind == "template" and "broken" in u.what for u in facts.unresolved)


def test_macros_that_call_macros_that_call_macros_end(tmp_path: Path) -> None:
    macros = "".join(
        f"{{% macro m{n}(one, more) %}}"
        + "".join(f"{{{{ m{n + 1}(one, [{k}, more]) }}}}" for k in "12")
        + "{% endmacro %}"
        for n in range(40)
    )
    last = "{% macro m40(one, more) %}{{ one.shelf.id }}{{ m0(one) }}{% endmacro %}"
    page = "{% for book in books %}{{ m12(book) }}{% endfor %}"
    files = {"app.py": FLASK, "templates/macro.html": macros + last + page}
    assert touched(scanned(tmp_path, files), "read", "app.macro") == {"books", "shelves"}
