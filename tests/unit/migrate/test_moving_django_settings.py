"""Django: backends keep the names that sessions have, and conditions of settings are no guess."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from mscli.migrate import sources
from mscli.migrate.apply.moving.django.settings.settings import settings_of
from mscli.migrate.apply.services import tailored
from mscli.migrate.store import Store
from mscli.migrate.walk.project.index import Project
from tests.unit.migrate.slices import part_of, reasons

BASE = """
    SECRET_KEY = "x"
    ROOT_URLCONF = "site_.urls"
    INSTALLED_APPS = [
        "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "shop",
    ]
    MIDDLEWARE = [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ]
    AUTHENTICATION_BACKENDS = ["shop.backends.ByMail"]
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "x.db"}}
    DEBUG = False
"""
FILES = {
    "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_.settings')",
    "site_/__init__.py": "",
    "site_/settings/__init__.py": "from .base import *\n",
    "site_/settings/base.py": BASE,
    "site_/settings/live.py": "from .base import *\nSESSION_COOKIE_SECURE = True\n",
    "site_/settings/own.py": "from .base import *\nDEBUG = False\n",
    "site_/urls.py": """
        from django.urls import path
        from shop import views
        urlpatterns = [path("books/", views.books)]
    """,
    "shop/__init__.py": "",
    "shop/backends.py": """
        from django.contrib.auth.backends import ModelBackend
        class ByMail(ModelBackend):
            pass
    """,
    "shop/models.py": """
        from django.db import models
        class Book(models.Model):
            class Meta:
                db_table = "books"
    """,
    "shop/views.py": """
        from django.contrib.auth.decorators import login_required
        from django.http import JsonResponse
        from shop.models import Book
        @login_required
        def books(request):
            return JsonResponse({"n": Book.objects.count()})
    """,
    "requirements.txt": "django>=5\n",
}
CONDITION = """
    import os
    if os.environ.get("LIVE"):
        from .live import *
    else:
        from .own import *
"""


def test_a_backend_keeps_the_name_that_sessions_have(tmp_path: Path) -> None:
    part = part_of(tmp_path, FILES, "shared")
    assert reasons(part) == ""
    settings = part.slice.modules["src/library/moved/site_/settings/base.py"]
    assert 'AUTHENTICATION_BACKENDS = ["shop.backends.ByMail"]' in settings
    assert "class ByMail" in part.slice.modules["src/library/moved/shop/backends.py"]
    files = tailored(part, ()).files
    assert '"shop.backends": "library.moved.shop.backends",' in str(
        files["src/library/legacy/application.py"]
    )


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (CONDITION, "which `settings.SESSION_COOKIE_SECURE` there is (site_/settings/__init__.py"),
        (CONDITION.replace("    else:\n        from .own import *\n", "    from .own import *\n"),
         "which `settings.SESSION_COOKIE_SECURE` there is"),
        (CONDITION + "    SESSION_COOKIE_SECURE = bool(os.environ.get('LIVE'))\n", ""),
        (CONDITION.replace("live", "base"), ""),
    ],
)  # fmt: skip
def test_what_a_condition_takes_in_by_a_star_is_not_guessed(
    tmp_path: Path, settings: str, said: str
) -> None:
    found = reasons(part_of(tmp_path, {**FILES, "site_/settings/__init__.py": settings}, "shared"))
    assert said in found if said else found == ""


READ = """
    ROOT_URLCONF = "shop.urls"
    toolbar = None
    __apps__ = ["shop", toolbar]
    INSTALLED_APPS = [app for app in __apps__ if app]
    INSTALLED_APPS.append("more")
    MIDDLEWARE = ["one", "three"]
    MIDDLEWARE.insert(1, "two")
    AGE = 30 * 24 * 60
    CACHES = {"default": {"TIMEOUT": 60 * 60, "OPTIONS": {"MAX_ENTRIES": 1000}}}
    PREFIX = "shop" + "-"
"""


def test_what_is_calculated_is_read_or_moves_as_code(tmp_path: Path) -> None:
    (tmp_path / "settings.py").write_text(dedent(READ))
    found = settings_of(Project(sources.read(tmp_path)))
    assert found.listed("INSTALLED_APPS") == ["shop", "more"]
    assert found.listed("MIDDLEWARE") == ["one", "two", "three"]
    assert found.values["AGE"] == 43200
    assert "__apps__" not in found.values
    timeout = {"default": {"TIMEOUT": 3600, "OPTIONS": {"MAX_ENTRIES": 1000}}}
    assert found.values["CACHES"] == timeout
    assert found.computed["PREFIX"] == "settings"


PIECES = """
    from .rest import ALLOWED as SESSION_COOKIE_AGE, REST_FRAMEWORK
    from .base import *
"""
REST = """
    ALLOWED = 77
    REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"]}
"""
ASKING = """
    from rest_framework.decorators import api_view
    from rest_framework.response import Response
    from shop.models import Book
    @api_view(["GET"])
    def books(request):
        return Response({"n": Book.objects.count()})
"""


def test_settings_that_are_imported_by_their_names_count(tmp_path: Path) -> None:
    """Without them the service would let in whom the monolith refuses."""
    files = {
        **FILES,
        "site_/settings/__init__.py": PIECES,
        "site_/settings/rest.py": REST,
        "shop/views.py": ASKING,
        "requirements.txt": "django>=5\ndjangorestframework\n",
    }
    part = part_of(tmp_path, files, "shared")
    assert reasons(part) == ""
    said = str(tailored(part, ()).files["src/library/legacy/settings.py"])
    assert "rest_framework.permissions.IsAuthenticated" in said
    assert "SESSION_COOKIE_AGE = 77" in said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "if os.environ.get('API'):\n        from .rest import REST_FRAMEWORK",
            "a condition says which `settings.REST_FRAMEWORK` there is (site_/settings/__init__.py",
        ),
        (
            "from company.settings import REST_FRAMEWORK",
            "`settings.REST_FRAMEWORK` is out of a package (site_/settings/__init__.py:",
        ),
    ],
)
def test_an_import_that_may_not_be_is_no_guess(tmp_path: Path, line: str, said: str) -> None:
    files = {
        **FILES,
        "site_/settings/__init__.py": f"\n    import os\n    from .base import *\n    {line}\n",
        "site_/settings/rest.py": REST,
        "shop/views.py": ASKING,
        "requirements.txt": "django>=5\ndjangorestframework\n",
    }
    assert said in reasons(part_of(tmp_path, files, "shared"))


CONNECTING = """
    from django.apps import AppConfig, apps
    from django.db.models.signals import post_save

    def each(models):
        from shop.receivers import heard
        for model in models:
            post_save.connect(heard, sender=model)

    class Shop(AppConfig):
        name = "shop"
        def ready(self):
            from shop.receivers import heard
            post_save.connect(heard, sender=apps.get_model("shop", "Book"))
            each(self.get_models())
"""


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("", ""),
        ("            import threading\n            threading.Thread().start()\n", "inside"),
    ],
)
def test_what_connects_receivers_goes_along(tmp_path: Path, more: str, said: str) -> None:
    """On the monolith's database; a configuration that does more than that does not."""
    base = BASE.replace('"shop",', '"shop.apps.Shop",')
    writing = FILES["shop/views.py"].replace("objects.count()", "objects.create().pk")
    files = {
        **FILES,
        "site_/settings/base.py": base,
        "shop/apps.py": CONNECTING + more,
        "shop/receivers.py": "def heard(sender, instance, **kwargs):\n    print(instance.pk)\n",
        "shop/views.py": writing,
    }
    part = part_of(tmp_path, files, "shared")
    assert said in reasons(part)
    assert bool(said) is bool(reasons(part))
    if not said:
        made = tailored(part, ()).files["src/library/legacy/apps.py"]
        assert "from library.moved.shop.apps import Shop as ShopReady" in made


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("from split_settings.tools import include\ninclude('base.py', 're*.py')", ""),
        (
            (
                "from split_settings.tools import include, optional\n"
                "include('base.py', optional('rest.py'), optional('gone.py'))"
            ),
            "",
        ),
        (
            (
                "import os\nfrom split_settings.tools import include\n"
                "include('base.py', os.environ['MORE'])"
            ),
            "settings are out of what is not known (site_/settings/__init__.py:3)",
        ),
        (
            "from .base import *\nfrom company.settings import *",
            "settings are out of what is not known (site_/settings/__init__.py:2)",
        ),
        (
            "from .base import *\nfrom . import rest\nglobals().update(vars(rest))",
            "may set any setting (site_/settings/__init__.py:3)",
        ),
        ("from .base import *\ntry:\n    from local import *\nexcept ImportError:\n    pass", ""),
    ],
)
def test_settings_in_pieces_are_read_or_no_guess(tmp_path: Path, text: str, said: str) -> None:
    files = {
        **FILES,
        "site_/settings/__init__.py": f"{text}\n",
        "site_/settings/rest.py": REST,
        "shop/views.py": ASKING,
        "requirements.txt": "django>=5\ndjangorestframework\ndjango-split-settings\n",
    }
    part = part_of(tmp_path, files, "shared")
    assert said in reasons(part)
    assert bool(said) is bool(reasons(part))
    made = str(tailored(part, ()).files.get("src/library/legacy/settings.py"))
    assert bool(said) or "include" not in text or "permissions.IsAuthenticated" in made


@pytest.mark.parametrize("store", ["own", "shared"])
def test_formats_are_found_where_settings_name_them(tmp_path: Path, store: Store) -> None:
    settings = f'{BASE}\n    FORMAT_MODULE_PATH = "shop.formats"\n    FIRST_DAY_OF_WEEK = 1\n'
    files = {
        **FILES,
        "manage.py": FILES["manage.py"].replace("site_.settings", "site_.settings.base"),
        "site_/settings/base.py": settings.replace('["shop.backends.ByMail"]', "[]"),
        "shop/views.py": FILES["shop/views.py"].replace("@login_required", ""),
        "shop/formats/__init__.py": "",
        "shop/formats/de/__init__.py": "",
        "shop/formats/de/formats.py": 'DATE_FORMAT = "j. F Y"\n',
        "shop/formats/other.py": "DATE_FORMAT = None\n",
    }
    found = part_of(tmp_path, files, store)
    assert reasons(found) == ""
    assert found.slice.django.settings["FORMAT_MODULE_PATH"] == ["library.moved.shop.formats"]
    assert found.slice.django.settings["FIRST_DAY_OF_WEEK"] == 1
    assert "j. F Y" in found.modules["src/library/moved/shop/formats/de/formats.py"]
    assert "src/library/moved/shop/formats/other.py" not in found.modules
