"""Conditions that the code decides: flags, defaults, guards; and those that it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.facts import Facts
from tests.unit.migrate.project import routes, scanned, touched
from tests.unit.migrate.test_instances import library

VIEWS = """
class Page:
    counts = False
    lists = True

    def show(self):
        if self.counts:
            Author.objects.count()
        return Book.objects.all()

class Counting(Page):
    counts = True

class Turned(Page):
    def __init__(self):
        self.turn()

    def turn(self):
        self.counts = True

def helper(model, count=False, only=None):
    if only is None:
        model.objects.all()
    if count:
        Author.objects.count()

def looping():
    first = True
    for _ in range(3):
        if first:
            first = False
        else:
            Author.objects.count()

def optional(decorated=None):
    def decorate(view):
        return view
    if decorated is None:
        return decorate
    return decorate(decorated)

@optional
def bare(request):
    return Book.objects.all()

@optional()
def called(request):
    return Book.objects.all()
"""
HANDLERS = {
    "plain": ("Page().show()", {"books"}),
    "counting": ("Counting().show()", {"books", "authors"}),
    "turned": ("Turned().show()", {"books", "authors"}),
    "left_out": ("helper(Book)", {"books"}),
    "given": ("helper(Book, count=True)", {"books", "authors"}),
    "unknown": ("helper(Book, request.GET.get('count'))", {"books", "authors"}),
    "starred": ("helper(Book, **request.GET)", {"books", "authors"}),
    "looped": ("looping()", {"authors"}),
}


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    handlers = "".join(
        f"\ndef {name}(request):\n    {body}\n" for name, (body, _) in HANDLERS.items()
    )
    names = [*HANDLERS, "bare", "called"]
    urls = ", ".join(f'path("{name}/", {name})' for name in names)
    files = library(f"{VIEWS}{handlers}\nurlpatterns = [{urls}]\n")
    return scanned(tmp_path_factory.mktemp("conditions"), files)


@pytest.mark.parametrize("name", HANDLERS)
def test_a_branch_is_left_out_only_where_the_code_decides_it(facts: Facts, name: str) -> None:
    assert touched(facts, "read", f"urls.{name}") == HANDLERS[name][1]


@pytest.mark.parametrize("name", ["bare", "called"])
def test_a_decorator_with_or_without_arguments_gives_the_view(facts: Facts, name: str) -> None:
    assert touched(facts, "read", f"urls.{name}") == {"books"}


def test_routes_that_a_flag_leaves_out_are_not_there(tmp_path: Path) -> None:
    urls = """
class Set(ViewSet):
    with_authors = False

    def urls(self):
        found = [path("books/", Books.as_view())]
        if self.with_authors:
            found.append(path("authors/", Authors.as_view()))
        return found

class Both(Set):
    with_authors = True

urlpatterns = [
    path("one/", include(Set("one").urls())),
    path("both/", include(Both("both").urls())),
    path("given/", include(Set("given", with_authors=True).urls())),
]
"""
    assert routes(scanned(tmp_path, library(urls))) == {
        "GET /one/books/",
        "GET /both/books/",
        "GET /both/authors/",
        "GET /given/books/",
        "GET /given/authors/",
    }


def test_texts_decide_on_import(tmp_path: Path) -> None:
    urls = """
names = [name for name in ("one", "two", "three") if name != "two"]
def route(name):
    if name == "three":
        return "3/books/"
    return f"{name}/books/"
urlpatterns = [path(route(name), Books.as_view()) for name in names]
"""
    assert routes(scanned(tmp_path, library(urls))) == {"GET /one/books/", "GET /3/books/"}


STATES = """
from enum import Enum

class State(Enum):
    DONE = "done"
    CANCELLED = "cancelled"

class Job:
    running = False

    def __init__(self, kind="plain"):
        self.kind = kind

JOB = Job()

def kind_of(request):
    if request.GET:
        return request.GET["kind"]
    return "plain"

def finish(request):
    book = Book.objects.get()
    book.title = State.DONE
    JOB.running = True

def by_row(request):
    book = Book.objects.get()
    if book.title is State.DONE:
        raise ValueError
    Author.objects.create()

def by_local(request):
    title = Book.objects.get().title
    if title != State.DONE:
        Author.objects.create()

def by_object(request):
    if JOB.running:
        Author.objects.create()

def by_kind(request):
    if Job(kind_of(request)).kind == "plain":
        return
    Author.objects.create()

def by_text(request):
    kind = "plain"
    try:
        kind = request.GET["kind"]
    except KeyError:
        pass
    if kind != "plain":
        Author.objects.create()

def by_flag(request):
    done = False
    def finished():
        nonlocal done
        done = True
    request.on(finished)
    if done:
        Author.objects.create()
"""
STATED = ["by_row", "by_local", "by_object", "by_kind", "by_text", "by_flag"]


@pytest.fixture(scope="module")
def stated(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    names = ["finish", *STATED]
    urls = ", ".join(f'path("{name}/", {name})' for name in names)
    files = library(f"{STATES}\nurlpatterns = [{urls}]\n")
    return scanned(tmp_path_factory.mktemp("stated"), files)


@pytest.mark.parametrize("name", STATED)
def test_what_is_set_elsewhere_or_kept_in_rows_decides_nothing(stated: Facts, name: str) -> None:
    assert touched(stated, "write", f"urls.{name}") == {"authors"}
