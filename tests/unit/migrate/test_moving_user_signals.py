"""Django: receivers whose sender is a text, whoever logs in, or one of those in a loop."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.apply.part import Part
from mscli.migrate.store import Store
from tests.unit.migrate.slices import part_of, reasons

MODELS = """
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import User
    from django.db import models
    from django.db.models.signals import post_save
    from django.dispatch import receiver

    class Book(models.Model):
        class Meta:
            db_table = "books"

    def heard(sender, **kwargs):
        print(sender)

    {}
"""
FILES = {
    "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_.settings')",
    "site_/__init__.py": "",
    "site_/settings.py": """
        SECRET_KEY = "x"
        ROOT_URLCONF = "site_.urls"
        INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "shop"]
        DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "x.db"}}
    """,
    "site_/urls.py": """
        from django.urls import path
        from shop import views
        urlpatterns = [path("books/", views.books)]
    """,
    "shop/__init__.py": "",
    "shop/views.py": """
        from django.http import JsonResponse
        from shop.models import Book
        def books(request):
            Book.objects.create()
            return JsonResponse({})
    """,
    "requirements.txt": "django>=5\n",
}


def moves(folder: Path, sender: str, store: Store) -> bool:
    """Whether a receiver of this sender goes along with a route that writes."""
    models = MODELS.format(f"post_save.connect(heard, sender={sender})")
    found = part_of(folder, {**FILES, "shop/models.py": models}, store)
    assert all(fate.is_moved for fate in found.fates)
    return "post_save.connect" in found.modules["src/library/moved/shop/models.py"]


@pytest.mark.parametrize("store", ["own", "shared"])
def test_a_text_names_a_model(tmp_path: Path, store: Store) -> None:
    assert moves(tmp_path, "'shop.Book'", store)
    assert moves(tmp_path, "'elsewhere.Book'", store) is False


@pytest.mark.parametrize(
    "sender", ["User", "'auth.User'", "settings.AUTH_USER_MODEL", "get_user_model()"]
)
def test_who_hears_of_users_goes_where_a_service_writes_them(tmp_path: Path, sender: str) -> None:
    assert moves(tmp_path, sender, "shared")
    assert moves(tmp_path, sender, "own") is False


READY = """
    from django.apps import AppConfig

    class Shop(AppConfig):
        name = "shop"

        def ready(self):
            from shop import signals
            signals.register()
            {more}
"""
RECEIVERS = """
    import logging
    from django.apps import apps
    from django.db.models.signals import post_delete, post_save
    from shop.models import Book, Note, heard

    MODELS = {models}
    SIGNALS = [(post_save, heard), (post_delete, heard)]
    BY_MODEL = {{Book: heard}}

    def uid(model):
        return "shop.{{}}".format(model.__name__.lower())

    def register():
        {loop}
        logging.getLogger(__name__).debug("connected")
"""
LOOPS = (
    "for model in MODELS:\n            post_save.connect(heard, sender=model)",
    "for model, of in BY_MODEL.items():\n            post_save.connect(of, sender=model)",
    "for signal, of in SIGNALS:\n            signal.connect(of, sender=Book, weak=False)",
    "for one in MODELS:\n            post_save.connect(heard, sender=one, dispatch_uid=uid(one))",
)
LABELS = (
    'for label in ["shop.Book"]:\n            '
    "post_save.connect(heard, sender=apps.get_model(label))"
)


def looping(folder: Path, loop: str, store: Store, models: str = "[Book]", more: str = "") -> Part:
    """A service with a route that writes, where `ready` connects receivers in a loop."""
    site = FILES["site_/settings.py"].replace('"shop"]', '"shop.apps.Shop"]')
    files = {
        **FILES,
        "site_/settings.py": site,
        "shop/models.py": MODELS.format("class Note(models.Model):\n        pass"),
        "shop/apps.py": READY.format(more=more),
        "shop/signals.py": RECEIVERS.format(loop=loop, models=models),
    }
    return part_of(folder, files, store)


@pytest.mark.parametrize("store", ["own", "shared"])
@pytest.mark.parametrize("loop", LOOPS)
def test_receivers_that_a_loop_connects_go_along(tmp_path: Path, loop: str, store: Store) -> None:
    found = looping(tmp_path, loop, store)
    assert reasons(found) == ""
    assert "signals.register()" in found.modules["src/library/moved/shop/apps.py"]


@pytest.mark.parametrize(
    ("store", "loop", "models", "more", "stays"),
    [
        ("own", LOOPS[0], "[Note]", "", False),  # nobody hears of books
        ("own", LOOPS[0], "[Book, Note]", "", True),  # notes are of another service
        ("own", LABELS, "[]", "", True),  # all that have a name would have to be there
        ("shared", LABELS, "[]", "", False),
        ("shared", LOOPS[2], "[]", "signals.apps.clear_cache()", True),
    ],
)
def test_what_a_loop_connects_matters_where_its_models_are(
    tmp_path: Path, store: Store, loop: str, models: str, more: str, *, stays: bool
) -> None:
    said = reasons(looping(tmp_path, loop, store, models, more))
    assert ("connects a listener inside of a function" in said) is stays
