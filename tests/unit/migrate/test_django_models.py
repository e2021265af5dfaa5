"""What Django's models are: fields of one's own, hidden relations, tables that packages add."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.facts import Facts
from tests.unit.migrate.project import routes, scanned, touched

MODELS = """
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from search.models import AbstractEntry
from simple_history.models import HistoricalRecords
from taggit.managers import TaggableManager

class Mark(models.Model):
    object_id = models.IntegerField()

class MarkField(GenericRelation):
    def __init__(self, **kwargs):
        super().__init__(Mark, object_id_field="object_id", **kwargs)

class Kind(models.Model):
    history = HistoricalRecords()

class Book(models.Model):
    kind = models.ForeignKey(Kind, on_delete=models.CASCADE, related_name="+")
    marks = MarkField()
    tags = TaggableManager()
    history = HistoricalRecords(cascade_delete_history=True)

class Shelf(models.Model):
    def delete(self):
        raise RuntimeError

class Entry(AbstractEntry):
    class Meta(AbstractEntry.Meta):
        abstract = False
"""
VIEWS = """
from django.shortcuts import render
from library.models import Book, Kind, Shelf

def forget_kind(request, pk):
    Kind.objects.get(pk=pk).delete()

def keep(request):
    Book.objects.create()

def clear(request, pk):
    super(Shelf, Shelf.objects.get(pk=pk)).delete()

def leave(request):
    request.user.delete()

def past(request, pk):
    return list(Book.objects.get(pk=pk).history.all())
"""
URLS = """
from django.contrib import admin
from django.urls import path
from library import views

urlpatterns = [
    path("admin/", admin.site.urls),
    path("forget/<int:pk>/", views.forget_kind),
    path("keep/", views.keep),
    path("past/<int:pk>/", views.past),
    path("clear/<int:pk>/", views.clear),
    path("leave/", views.leave),
]
"""
ADMIN = """
from django.contrib import admin
from library.models import Book, Kind, Mark
from simple_history.admin import SimpleHistoryAdmin

class MarkInline(admin.TabularInline):
    model = Mark

class BookAdmin(SimpleHistoryAdmin):
    inlines = [MarkInline]

admin.site.register(Book, BookAdmin)
admin.site.register(Kind)
"""
LIBRARY = {
    "library/__init__.py": "",
    "library/admin.py": ADMIN,
    "library/models.py": MODELS,
    "library/settings.py": "ROOT_URLCONF = 'library.urls'\n",
    "library/urls.py": URLS,
    "library/views.py": VIEWS,
}


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return scanned(tmp_path_factory.mktemp("library"), LIBRARY)


def test_a_model_may_have_its_base_from_a_package_beside(facts: Facts) -> None:
    assert "library_entry" in {t.table for t in facts.tables}


def test_tags_lie_in_the_tables_of_their_package(facts: Facts) -> None:
    through = {(r.source, r.target, r.through) for r in facts.relations}
    assert ("library_book", "taggit_tag", "taggit_taggeditem") in through


def test_a_table_of_what_was_has_the_same_keys_and_who_did_it(facts: Facts) -> None:
    found = {(r.source, r.target) for r in facts.relations if "historical" in r.source}
    book, kind = "library_historicalbook", "library_historicalkind"
    assert found == {(book, "library_kind"), (book, "auth_user"), (kind, "auth_user")}


def test_every_write_adds_to_what_was(facts: Facts) -> None:
    assert touched(facts, "write", ".keep") == {"library_book", "library_historicalbook"}
    assert "library_historicalbook" in touched(facts, "read", ".past")


def test_who_has_done_it_is_emptied_with_his_own_row(facts: Facts) -> None:
    histories = {"library_historicalbook", "library_historicalkind"}
    assert touched(facts, "write", ".leave") >= {"auth_user", *histories}


def test_the_admin_site_shows_what_was_and_makes_it_so_again(facts: Facts) -> None:
    assert "ANY /admin/library/book/{}/history/{}/" in routes(facts)
    assert "ANY /admin/library/kind/{}/history/{}/" not in routes(facts)
    page = "BookAdmin:simple_history:library_book"
    assert "library_historicalbook" in touched(facts, "read", page)
    assert "library_historicalbook" in touched(facts, "write", page)
    assert "library_mark" not in touched(facts, "write", page)  # it has no inlines
    assert "library_mark" in touched(facts, "write", "BookAdmin:change:library_book")


def test_deleting_follows_relations_without_a_name_and_fields_of_ones_own(facts: Facts) -> None:
    gone = touched(facts, "write", ".forget_kind")
    assert {"library_kind", "library_book", "library_mark", "taggit_taggeditem"} <= gone
    assert all(r.reverse == "" for r in facts.relations if r.name == "kind")


def test_super_of_another_row_is_what_its_parents_do(facts: Facts) -> None:
    assert touched(facts, "write", ".clear") == {"library_shelf"}


def test_the_template_of_a_project_is_no_application(tmp_path: Path) -> None:
    template = {f"library/project_template/{name}": text for name, text in LIBRARY.items()}
    found = scanned(tmp_path, {**LIBRARY, **template})
    assert len(found.tables) == len({t.table for t in found.tables})
    assert found.counts["left_out"] == 1
    assert len(routes(found)) == len(found.routes)


def test_a_table_that_only_a_package_writes_is_told(tmp_path: Path) -> None:
    models = """
        from django.db import models
        from search.models import AbstractEntry

        class Entry(AbstractEntry, models.Model):
            class Meta:
                db_table = "entries"

        class Note(AbstractEntry, models.Model):
            class Meta:
                db_table = "notes"

        class Plain(models.Model):
            class Meta:
                db_table = "plain"

        def note():
            Note.objects.create()
    """
    facts = scanned(tmp_path, {"shop/__init__.py": "", "shop/models.py": models})
    told = [lost.what for lost in facts.unresolved if lost.kind == "package"]
    assert [what.partition(";")[0] for what in told] == ["entries: nothing here writes it"]
    assert "search.models.AbstractEntry" in told[0]


def test_what_manage_py_puts_into_the_list_of_applications_is_installed(tmp_path: Path) -> None:
    app = "from django.apps import AppConfig\n\nclass Config(AppConfig):\n    name = '{}'\n"
    model = "from django.db import models\n\nclass {}(models.Model):\n    pass\n"
    settings = "BASE_APPS = ['books']\nINSTALLED_APPS = ['loans']\nROOT_URLCONF = 'site.urls'\n"
    files = {"settings.py": settings}
    for name in ("books", "loans", "drafts"):
        files[f"{name}/apps.py"] = app.format(name)
        files[f"{name}/models.py"] = model.format(name.title())
    facts = scanned(tmp_path, files)
    assert {t.table for t in facts.tables} == {"books_books", "loans_loans"}


def test_a_settings_object_of_ones_own_knows_the_model_of_users(tmp_path: Path) -> None:
    own = """
    from django.conf import settings as of_django

    class Static:
        def __getattr__(self, name):
            return getattr(of_django, name)

    settings = Static()
    """
    models = """
    from django.db import models
    from conf import settings

    class Note(models.Model):
        by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    """
    facts = scanned(tmp_path, {"conf.py": own, "notes/__init__.py": "", "notes/models.py": models})
    assert [(r.source, r.target) for r in facts.relations] == [("notes_note", "auth_user")]


@pytest.mark.parametrize(
    ("history", "read"), [("", set()), ("history = HistoricalRecords()", {"library_page"})]
)
def test_rows_of_which_a_history_is_kept_are_looked_up_before_they_go_along(
    tmp_path: Path, history: str, read: set[str]
) -> None:
    models = f"""
        from django.db import models
        from simple_history.models import HistoricalRecords

        class Book(models.Model): pass

        class Page(models.Model):
            book = models.ForeignKey(Book, models.CASCADE)
            {history}
    """
    views = """
        from library.models import Book

        def drop(request): Book.objects.filter(pk=1).delete()
    """
    urls = """
        from django.urls import path
        from library.views import drop

        urlpatterns = [path("drop/", drop)]
    """
    files = {"models": models, "views": views, "urls": urls, "__init__": ""}
    settings = {"library/settings.py": "ROOT_URLCONF = 'library.urls'\n"}
    facts = scanned(
        tmp_path, {**settings, **{f"library/{name}.py": text for name, text in files.items()}}
    )
    assert touched(facts, "read", ".drop") == {"library_book", *read}
    assert "library_page" in touched(facts, "write", ".drop")
