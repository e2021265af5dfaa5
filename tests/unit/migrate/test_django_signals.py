"""Signals of models that an application registers, and the tasks that they put into a queue."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.facts import Facts
from tests.unit.migrate.project import scanned, touched

MODELS = """
from django.db import models

class Kept(models.Model):
    class Meta:
        abstract = True

class Book(Kept):
    pass

class Note(models.Model):
    pass

class Trace(models.Model):
    followed = set()

    @classmethod
    def follow(cls, model):
        cls.followed.add(model)

class BookLog(models.Model):
    pass

class OtherLog(models.Model):
    pass
"""
APPS = """
from django.apps import AppConfig, apps

class LibraryConfig(AppConfig):
    name = "library"

    def ready(self):
        from library.models import Kept, Trace
        from library.signals import connect_all

        for model in apps.get_models():
            if issubclass(model, Kept):
                Trace.follow(model)
        connect_all()
"""
SIGNALS = """
from django.db.models.signals import post_save
from library.models import Trace
from library.tasks import trace

def on_save(instance, **kwargs):
    trace.enqueue(instance.pk)

def connect(model):
    post_save.connect(on_save, sender=model)

def connect_all():
    for model in Trace.followed:
        connect(model)
"""
TASKS = """
from django.tasks import task
from library.models import Trace

@task()
def trace(pk):
    Trace.objects.create()
"""
VIEWS = """
from library.models import Book, BookLog, Note, OtherLog

class Logs:
    def __init__(self):
        self.by_class = {}

    def register(self, cls, log):
        self.by_class[cls] = log

    def of(self, row):
        for cls in type(row).mro():
            try:
                return self.by_class[cls]
            except KeyError:
                pass

logs = Logs()
logs.register(Book, BookLog)

def book(request):
    row = Book()
    row.save()
    logs.of(row).objects.create()

def note(request):
    Note().save()

def me(request):
    logs.of(request.user).objects.create()
"""
URLS = """
from django.urls import path
from library import views

urlpatterns = [path("b/", views.book), path("n/", views.note), path("me/", views.me)]
"""


def library(folder: Path, settings: str) -> Facts:
    return scanned(
        folder,
        {
            "library/__init__.py": "",
            "library/apps.py": APPS,
            "library/models.py": MODELS,
            "library/settings.py": f"ROOT_URLCONF = 'library.urls'\n{settings}",
            "library/signals.py": SIGNALS,
            "library/tasks.py": TASKS,
            "library/urls.py": URLS,
            "library/views.py": VIEWS,
        },
    )


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return library(tmp_path_factory.mktemp("library"), "")


def test_a_task_without_a_queue_runs_in_the_request(facts: Facts) -> None:
    assert touched(facts, "write", ".book") == {"library_book", "library_trace", "library_booklog"}


def test_a_receiver_is_for_the_models_that_were_registered(facts: Facts) -> None:
    assert touched(facts, "write", ".note") == {"library_note"}


def test_what_is_kept_for_one_class_is_not_that_of_the_users(facts: Facts) -> None:
    assert touched(facts, "write", ".me") == set()


def test_a_task_with_a_queue_runs_elsewhere(tmp_path: Path) -> None:
    found = library(tmp_path, "TASKS = {'default': {'BACKEND': 'worker.Backend'}}\n")
    assert touched(found, "write", ".book") == {"library_book", "library_booklog"}


def test_what_goes_along_has_its_signals_and_takes_along_more(tmp_path: Path) -> None:
    """By keys, by generic relations and by what hangs on those; a link's rows have no signals."""
    files = {
        "shelves/settings.py": "ROOT_URLCONF = 'shelves.urls'\n",
        "shelves/models.py": """
            from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
            from django.contrib.contenttypes.models import ContentType
            from django.db import models
            from django.db.models.signals import m2m_changed, post_delete
            from django.dispatch import receiver

            class Mark(models.Model):
                content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
                object_id = models.IntegerField()
                of = GenericForeignKey()
            class Colour(models.Model):
                mark = models.ForeignKey(Mark, on_delete=models.CASCADE)
            class Topic(models.Model): pass
            class Shelf(models.Model):
                marks = GenericRelation(Mark)
                topics = models.ManyToManyField(Topic)
                other = models.ManyToManyField(Topic, related_name="+")
            class Book(models.Model):
                shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE)
            class Log(models.Model): pass
            class Link(models.Model): pass

            @receiver(post_delete, sender=Book)
            def gone(instance, **kwargs): Log.objects.create()
            @receiver(post_delete, sender=Shelf.topics.through)
            def unlinked(instance, **kwargs): Link.objects.create()
            @receiver(m2m_changed, sender=Shelf.topics.through)
            def linked(instance, **kwargs): Link.objects.create()
        """,
        "shelves/views.py": """
            from shelves.models import Shelf

            def drop(request): Shelf.objects.get(pk=1).delete()
            def link(request): Shelf.objects.get(pk=1).topics.add(1)
            def other(request): Shelf.objects.get(pk=1).other.add(1)
        """,
        "shelves/urls.py": """
            from django.urls import path
            from shelves import views

            urlpatterns = [
                path("d/", views.drop), path("l/", views.link), path("o/", views.other)
            ]
        """,
    }
    found = scanned(tmp_path, files)
    assert touched(found, "write", ".link") == {"shelves_shelf_topics", "shelves_link"}
    assert touched(found, "write", ".other") == {"shelves_shelf_other"}
    words = ("book", "colour", "mark", "shelf", "shelf_topics", "shelf_other")
    along = {f"shelves_{name}" for name in words}
    assert touched(found, "write", ".drop") == {*along, "shelves_log"}
    assert {*along, "shelves_log"} in [set(one.tables) for one in found.transactions]
