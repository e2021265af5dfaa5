"""Objects that are known apart: registries that are filled, sets of views, routers of one's own."""

from __future__ import annotations

from pathlib import Path

from tests.unit.migrate.project import routes, scanned, touched

MODELS = """
from django.db import models

class Book(models.Model):
    class Meta:
        db_table = "books"

class Author(models.Model):
    class Meta:
        db_table = "authors"
"""
VIEWS = """
from django.views.generic import ListView, View
from library.models import Author, Book

class Books(ListView):
    model = Book

class Authors(ListView):
    model = Author
"""
SET = """
from django.urls import include, path

class ViewSet:
    view_class = None

    def __init__(self, name=None, **given):
        if name:
            self.__dict__["name"] = name
        for key, value in given.items():
            self.__dict__[key] = value

    def view(self, cls, **given):
        return cls.as_view(**given)

    @property
    def index(self):
        return self.view(self.view_class)

    def urls(self):
        return [path("all/", self.index)]
"""
REGISTRY = """
class Group:
    def __init__(self, members):
        self.members = members

class Registry:
    def __init__(self):
        self.kept = []
        self.named = {}

    def register(self, one):
        if isinstance(one, Group):
            for member in one.members:
                self.register(member)
            return
        self.kept.append(one)

    def put(self, name, view):
        self.named[name] = view

    def urls(self):
        found = []
        for one in self.kept:
            found.append(path(f"{one.name}/", include(one.urls())))
        for name, view in self.named.items():
            found.append(path(f"plain/{name}/", view.as_view()))
        return found

registry = Registry()
"""


def library(urls: str, **more: str) -> dict[str, str]:
    return {
        "library/__init__.py": "",
        "library/models.py": MODELS,
        "library/views.py": VIEWS,
        "library/sets.py": SET + REGISTRY,
        "library/settings.py": more.pop("settings", "ROOT_URLCONF = 'library.urls'\n"),
        "library/urls.py": "from library.views import *\nfrom library.sets import *\n" + urls,
        **{f"{name}.py": content for name, content in more.items()},
    }


def test_what_one_method_fills_another_one_reads(tmp_path: Path) -> None:
    urls = """
registry.register(ViewSet("books", view_class=Books))
registry.register(Group([ViewSet("authors", view_class=Authors)]))
registry.put("books", Books)
registry.put("authors", Authors)
urlpatterns = registry.urls()
"""
    facts = scanned(tmp_path, library(urls))
    assert routes(facts) == {
        "GET /books/all/",
        "GET /authors/all/",
        "GET /plain/books/",
        "GET /plain/authors/",
    }
    assert touched(facts, "read", "Books.get") == {"books"}
    assert touched(facts, "read", "Authors.get") == {"authors"}


def test_a_method_that_was_walked_before_its_object_grew_is_walked_again(tmp_path: Path) -> None:
    urls = """
early = registry.urls()
registry.register(ViewSet("books", view_class=Books))
urlpatterns = registry.urls()
"""
    assert routes(scanned(tmp_path, library(urls))) == {"GET /books/all/"}


def test_applications_that_are_not_installed_register_nothing(tmp_path: Path) -> None:
    app = """
from django.apps import AppConfig

class Config(AppConfig):
    name = "library{0}"
"""
    hooks = """
def register(name):
    def decorator(fn):
        return fn
    return decorator

def get_hooks(name):
    return []
"""
    registering = """
from django.urls import path
from library.views import {1}
from library import hooks

@hooks.register("urls")
def urls():
    return [path("{0}/", {1}.as_view())]
"""
    urls = """
from library import hooks
urlpatterns = []
for fn in hooks.get_hooks("urls"):
    urlpatterns += fn()
"""
    models = """
from django.db import models

class Shelf(models.Model):
    pass
"""
    files = library(
        urls,
        settings="ROOT_URLCONF = 'library.urls'\nINSTALLED_APPS = ['library', 'library.there']\n",
    )
    files["library/hooks.py"] = hooks
    for name, view in (("there", "Books"), ("away", "Authors")):
        files[f"library/{name}/__init__.py"] = ""
        files[f"library/{name}/apps.py"] = app.format(f".{name}")
        files[f"library/{name}/models.py"] = models
        files[f"library/{name}/wiring.py"] = registering.format(name, view)
    facts = scanned(tmp_path, files)
    assert routes(facts) == {"GET /there/"}
    tables = {table.table for table in facts.tables}
    assert "there_shelf" in tables
    assert "away_shelf" not in tables


def test_what_decorates_a_pattern_runs_before_its_view(tmp_path: Path) -> None:
    urls = """
from functools import update_wrapper

def decorate(patterns, decorator):
    for pattern in patterns:
        pattern.callback = update_wrapper(decorator(pattern.callback), pattern.callback)
    return patterns

def asking(view):
    def asked(request, **kwargs):
        Author.objects.count()
        return view(request, **kwargs)
    return asked

def books(request):
    return Book.objects.first()

def plain(request):
    return Book.objects.first()

urlpatterns = decorate([path("books/", include([path("all/", books)]))], asking)
urlpatterns += [path("plain/", plain)]
"""
    facts = scanned(tmp_path, library(urls))
    assert touched(facts, "read", "urls.books") == {"books", "authors"}
    assert touched(facts, "read", "urls.plain") == {"books"}


def test_a_mapping_by_class_gives_what_is_there_for_the_class_or_a_base(tmp_path: Path) -> None:
    urls = """
class Policy:
    def __init__(self, model):
        self.model = model

    def allowed(self):
        return self.model.objects.all()

class Policies:
    def __init__(self):
        self.by_class = {}

    def register(self, cls, policy):
        self.by_class[cls] = policy

    def of(self, cls):
        for ancestor in cls.mro():
            try:
                return self.by_class[ancestor]
            except KeyError:
                pass

class Novel(Book):
    class Meta:
        proxy = True

policies = Policies()
policies.register(Book, Policy(Book))
policies.register(Author, Policy(Author))

def novels(request):
    return policies.of(Novel).allowed()

def authors(request):
    return policies.of(Author).allowed()

urlpatterns = [path("novels/", novels), path("authors/", authors)]
"""
    facts = scanned(tmp_path, library(urls))
    assert touched(facts, "read", "urls.novels") == {"books"}
    assert touched(facts, "read", "urls.authors") == {"authors"}


def test_what_follows_a_return_is_not_reached(tmp_path: Path) -> None:
    urls = """
class Fallback:
    def __init__(self, get_response):
        self.get_response = get_response

    def process_response(self, request, response):
        if response.status_code != 404:
            return response
        return Author.objects.first()

def known(thing):
    if isinstance(thing, str):
        return Book.objects.all()
    return Author.objects.all()

def books(request):
    return known("a text")

def authors(request):
    return known(ViewSet("authors"))

urlpatterns = [path("books/", books), path("authors/", authors)]
"""
    settings = "ROOT_URLCONF = 'library.urls'\nMIDDLEWARE = ['library.urls.Fallback']\n"
    facts = scanned(tmp_path, library(urls, settings=settings))
    assert touched(facts, "read", "urls.books") == {"books"}
    assert touched(facts, "read", "urls.authors") == {"authors"}


def test_models_are_found_by_label_setting_and_default(tmp_path: Path) -> None:
    urls = """
from django.apps import apps
from django.conf import settings

def book_model():
    name = getattr(settings, "BOOK_MODEL", "library.Book")
    return apps.get_model(name)

class Policy:
    def __init__(self, name):
        self.name = name

    @property
    def model(self):
        label, name = self.name.split(".")
        return apps.get_model(label, name)

policy = Policy("library.Author")

def books(request):
    return book_model().objects.all()

def authors(request):
    return policy.model.objects.all()

urlpatterns = [path("books/", books), path("authors/", authors)]
"""
    facts = scanned(tmp_path, library(urls))
    assert touched(facts, "read", "urls.books") == {"books"}
    assert touched(facts, "read", "urls.authors") == {"authors"}


def test_what_is_kept_for_an_unknown_class_is_listed_and_not_guessed(tmp_path: Path) -> None:
    urls = """
from library.models import *

kept = {}

class Kept:
    def __init__(self):
        self.by_class = {}

    def register(self, cls):
        self.by_class[cls] = cls

    def of(self, cls):
        return self.by_class[cls]

kept = Kept()
for_all = [kept.register(Book), kept.register(Author), kept.register(Shelf), kept.register(Note)]

def known(request):
    return kept.of(Book).objects.all()

def unknown(request):
    return kept.of(request.thing).objects.all()

urlpatterns = [path("known/", known), path("unknown/", unknown)]
"""
    files = library(urls)
    files["library/models.py"] += """
class Shelf(models.Model):
    pass

class Note(models.Model):
    pass
"""
    facts = scanned(tmp_path, files)
    assert touched(facts, "read", "urls.known") == {"books"}
    assert touched(facts, "read", "urls.unknown") == set()
    assert any("class that is not known" in lost.what for lost in facts.unresolved)


def test_what_is_made_for_a_row_is_about_that_row(tmp_path: Path) -> None:
    urls = """
class Action:
    def __init__(self, row):
        self.row = row

    def execute(self):
        self.row.save()
        self.log(type(self.row))

    def log(self, cls):
        cls.objects.count()

def books(request):
    Action(Book()).execute()

def authors(request):
    Action(Author()).execute()

urlpatterns = [path("books/", books), path("authors/", authors)]
"""
    facts = scanned(tmp_path, library(urls))
    assert touched(facts, "write", "urls.books") == {"books"}
    assert touched(facts, "write", "urls.authors") == {"authors"}
    assert touched(facts, "read", "urls.authors") == {"authors"}


def test_a_form_that_is_made_of_a_model_saves_its_rows(tmp_path: Path) -> None:
    urls = """
from django.forms import modelform_factory
from django.views.generic import CreateView

class Adding(CreateView):
    model = Book

    def form_valid(self, form):
        self.row = form.save()

class Made(CreateView):
    def get_form_class(self):
        return modelform_factory(Author)

    def form_valid(self, form):
        form.save()

urlpatterns = [path("adding/", Adding.as_view()), path("made/", Made.as_view())]
"""
    facts = scanned(tmp_path, library(urls))
    assert touched(facts, "write", "Adding.post") == {"books"}
    assert touched(facts, "write", "Made.post") == {"authors"}


def test_items_of_items_are_kept_apart(tmp_path: Path) -> None:
    urls = """
class Actions:
    def __init__(self):
        self.kept = {}

    def register(self, model, name, view):
        self.kept.setdefault(model, {})[name] = view

    def of(self, model, name):
        found = {}
        for cls in reversed(model.mro()):
            found.update(self.kept.get(cls, {}))
        return found.get(name)

actions = Actions()
actions.register(Book, "all", Books)
actions.register(Author, "all", Authors)

urlpatterns = [
    path("books/", actions.of(Book, "all").as_view()),
    path("authors/", actions.of(Author, "all").as_view()),
]
"""
    facts = scanned(tmp_path, library(urls))
    assert routes(facts) == {"GET /books/", "GET /authors/"}
    assert touched(facts, "read", "Authors.get") == {"authors"}


def test_a_view_that_another_one_calls_is_followed(tmp_path: Path) -> None:
    urls = """
views = {"books": Books.as_view(), "authors": Authors.as_view()}

def routed(name):
    def route(request):
        return views[name](request)
    return route

urlpatterns = [path("books/", routed("books"))]
"""
    facts = scanned(tmp_path, library(urls))
    assert touched(facts, "read", "route") == {"books"}


def test_too_many_contexts_are_told_apart_by_receiver(tmp_path: Path) -> None:
    long = "\n".join(f"        x{n} = {n}" for n in range(50))
    classes = "\n".join(
        f"""
class Saving{n}(Saving):
    model = {"Book" if n % 2 else "Author"}
"""
        for n in range(12)
    )
    urls = f"""
class Saving:
    model = None

    def save(self, name, other):
{long}
        self.model.objects.create()

{classes}

def books(request):
    Saving11().save("a", "b")

def authors(request):
    Saving10().save("a", "b")

urlpatterns = [path("books/", books), path("authors/", authors)]
"""
    facts = scanned(tmp_path, library(urls))
    assert touched(facts, "write", "urls.books") == {"books"}
    assert touched(facts, "write", "urls.authors") == {"authors"}


def test_a_class_inside_of_one_that_a_function_makes_sees_what_the_function_was_given(
    tmp_path: Path,
) -> None:
    urls = """
from django import forms
from django.urls import path
def form_of(about):
    class Made(forms.ModelForm):
        class Meta:
            model = about
            fields = "__all__"
    return Made
def book(request): form_of(Book)(request.POST).save()
def author(request): form_of(Author)(request.POST).save()
urlpatterns = [path("book/", book), path("author/", author)]
"""
    facts = scanned(tmp_path, library(urls))
    assert touched(facts, "write", "urls.book") == {"books"}
    assert touched(facts, "write", "urls.author") == {"authors"}
