"""Django REST framework: viewsets go along with their router and settings, and ask who is there."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

import pytest

from mscli.migrate.apply.moving.frameworks import driver_of
from mscli.migrate.apply.services import tailored
from tests.unit.migrate.slices import part_of, reasons

SETTINGS = """
    import os

    SECRET_KEY = "secret of the monolith"
    INSTALLED_APPS = [
        "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
        "corsheaders", "rest_framework", "crispy_forms", "shop",
    ]
    MIDDLEWARE = [
        "django.middleware.common.CommonMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "corsheaders.middleware.CorsMiddleware",
        "debug_toolbar.middleware.Seen",
    ]
    CORS_ALLOW_ALL_ORIGINS = True
    ROOT_URLCONF = "shop.root"
    PAGE = int(os.environ.get("PAGE", "20"))
    if os.environ.get("ZONE"):
        TIME_ZONE = os.environ["ZONE"]
    REST_FRAMEWORK = {
        "DEFAULT_PERMISSION_CLASSES": ["shop.allowed.Allowed"],
        "PAGE_SIZE": PAGE,
        "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    }
"""
ALLOWED = """
    from rest_framework import permissions

    class Allowed(permissions.BasePermission):
        def has_permission(self, request, view):
            return request.user.is_authenticated
"""
MODELS = """
    from django.conf import settings
    from django.db import models

    class Book(models.Model):
        title = models.CharField(max_length=80)
        keeper = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
        class Meta:
            db_table = "books"

    class Author(models.Model):
        name = models.CharField(max_length=80)
        class Meta:
            db_table = "authors"
"""
VIEWS = """
    from django.contrib.auth.decorators import login_required
    from django.db import connection
    from django.http import JsonResponse
    from rest_framework import serializers, viewsets
    from shop.models import Author, Book

    class BookSerializer(serializers.ModelSerializer):
        class Meta:
            model = Book
            fields = ["title"]

    class BookViewSet(viewsets.ModelViewSet):
        queryset = Book.objects.all()
        serializer_class = BookSerializer

        def get_queryset(self):
            return Book.objects.filter(keeper=self.request.user)

        def retrieve(self, request, pk):
            return super().retrieve(request, pk)

    class AuthorViewSet(viewsets.ReadOnlyModelViewSet):
        queryset = Author.objects.all()

    @login_required
    def mine(request):
        return JsonResponse({"name": request.user.username, "seen": request.session.get("seen")})
"""
URLS = """
    from django.urls import include, path
    from rest_framework.routers import DefaultRouter
    from shop import views

    router = DefaultRouter(trailing_slash=False)
    router.register("books", views.BookViewSet, basename="book")
    router.register("authors", views.AuthorViewSet, basename="author")
    urlpatterns = [path("api/", include(router.urls))]
"""
MINE = """
    from django.urls import include, path
    from shop import views

    urlpatterns = [
        path("", include("shop.urls")),
        path("books/mine", views.mine),
    ]
"""
FILES = {
    "shop/__init__.py": "",
    "shop/settings.py": SETTINGS,
    "shop/allowed.py": ALLOWED,
    "shop/models.py": MODELS,
    "shop/views.py": VIEWS,
    "shop/urls.py": URLS,
    "shop/root.py": MINE,
    "requirements.txt": "django\ndjangorestframework>=3\ndjango-cors-headers\ndjango-filter\n",
}


class FakeSqlAlchemy(ModuleType):
    """As far as a service's settings use it: a URL in its parts."""

    @staticmethod
    def make_url(text: str) -> SimpleNamespace:
        parts = urlsplit(text)
        return SimpleNamespace(
            database=parts.path.removeprefix("/"),
            username=parts.username,
            password=parts.password,
            host=parts.hostname,
            port=parts.port,
            query=dict(parse_qsl(parts.query)),
            get_backend_name=lambda: parts.scheme,
        )


def test_viewsets_go_along_with_their_router_and_settings(tmp_path: Path) -> None:
    found = part_of(tmp_path, FILES)
    assert reasons(found) == ""
    assert {fate.route.path for fate in found.fates} >= {"/api/books", "/books/mine"}
    urls = found.modules["src/library/moved/urls.py"]
    assert 'router.register("books"' in urls
    assert "api/" not in urls  # the list of others is none of a router's
    assert "authors" not in urls
    files = tailored(found, ()).files
    included = 'path("api/", include(import_module("library.moved.urls").router.urls)),'
    assert included in files["src/library/legacy/urls.py"]
    settings = files["src/library/legacy/settings.py"]
    assert '    "REST_FRAMEWORK": "library.moved.settings",\n    "TIME_ZONE"' in settings
    computed = found.modules["src/library/moved/settings.py"]
    assert '"DEFAULT_PERMISSION_CLASSES": ["library.moved.allowed.Allowed"]' in computed
    assert 'PAGE = int(os.environ.get("PAGE", "20"))' in computed
    assert "class Allowed" in found.modules["src/library/moved/allowed.py"]
    assert {"djangorestframework>=3", "django-cors-headers", "django-filter"} < set(
        found.requirements
    )
    assert '"corsheaders.middleware.CorsMiddleware",' in settings
    assert "CORS_ALLOW_ALL_ORIGINS = True" in settings


def test_settings_that_are_split_go_along_from_where_they_are(tmp_path: Path) -> None:
    started = {
        "shop/wsgi.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.live')\n",
        "shop/live.py": "import os\nfrom shop.settings import *\nTIME_ZONE = os.environ['ZONE']\n",
    }
    found = part_of(tmp_path, {**FILES, **started})
    assert reasons(found) == ""
    assert "TIME_ZONE = os.environ" in found.modules["src/library/moved/live.py"]
    assert ("REST_FRAMEWORK", "library.moved.settings") in found.slice.django.computed
    started["shop/live.py"] = "from shop.settings import *\nTIME_ZONE = 'UTC'\n"
    found = part_of(tmp_path, {**FILES, **started})
    assert found.slice.django.settings["TIME_ZONE"] == "UTC"
    assert ("REST_FRAMEWORK", "library.moved.settings") in found.slice.django.computed


@pytest.mark.parametrize(
    ("asked", "driver"),
    [
        ("django", "psycopg[binary]"),
        ("django~=3.2", "psycopg2-binary"),
        ("django<4.2,>=3", "psycopg2-binary"),
        ("Django==4.2.1", "psycopg[binary]"),
        ("django>=4,<5", "psycopg[binary]"),
        ("django==6.1.3", "psycopg[binary]"),
    ],
)
def test_the_driver_is_one_that_django_knows(asked: str, driver: str) -> None:
    assert driver_of("django", ["a2wsgi", asked])[0].startswith(driver)


def test_what_it_needs_of_the_environment_is_said(tmp_path: Path) -> None:
    found = part_of(tmp_path, FILES)
    assert [text.partition(": ")[0] for text in found.environment] == [
        "`PAGE`, `ZONE`",
        "`MONOLITH_DATABASE_URL`",
        "`SECRET_KEY`",
    ]


def test_a_variable_is_told_once_by_what_it_is_for(tmp_path: Path) -> None:
    views = FILES["shop/views.py"].replace(
        "    class ", "    import os\n    KEY = os.environ['SECRET_KEY']\n\n    class ", 1
    )
    used = views.replace("return ", "str(KEY)\n            return ", 1)
    told = part_of(tmp_path, {**FILES, "shop/views.py": used}).environment
    assert [text for text in told if "SECRET_KEY" in text] == [
        "`SECRET_KEY`: the monolith's own, which signs its sessions"
    ]


def test_who_is_logged_in_is_asked_where_users_are(tmp_path: Path) -> None:
    files = tailored(part_of(tmp_path, FILES), ()).files
    settings = files["src/library/legacy/settings.py"]
    assert 'DATABASES["monolith"] = identity.database()' in settings
    assert 'SECRET_KEY = os.environ.get("SECRET_KEY", "")' in settings
    assert "secret of the monolith" not in "".join(map(str, files.values()))
    assert '"django.contrib.sessions.middleware.SessionMiddleware",' in settings
    assert (
        'LABELS = (\n    "auth",\n    "contenttypes",\n    "sessions",\n)'
        in (files["src/library/legacy/identity.py"])
    )
    names = [line.strip() for line in settings.splitlines() if line.startswith("    ")]
    assert names.index('"django.contrib.auth",') < names.index('"rest_framework",')
    for name in ("identity", "settings", "urls"):
        compile(files[f"src/library/legacy/{name}.py"], name, "exec")


@pytest.mark.parametrize(
    ("given", "read_only", "said"),
    [
        ("sqlite:////x/shop.db", "", ("/x/shop.db", {})),
        ("sqlite:////x/shop.db", "1", ("file:/x/shop.db?mode=ro", {"uri": True})),
        ("postgresql://u:p@h:5/shop?sslmode=require", "", ("shop", {"sslmode": "require"})),
        ("postgresql://u:p@h:5/shop", "1",
         ("shop", {"options": "-c default_transaction_read_only=on"})),
    ],
)  # fmt: skip
def test_the_monoliths_database_is_as_its_url_says(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    given: str,
    read_only: str,
    said: tuple[str, object],
) -> None:
    made = str(tailored(part_of(tmp_path, FILES), ()).files["src/library/legacy/identity.py"])
    known: dict[str, Callable[[], dict[str, object]]] = {}
    monkeypatch.setitem(sys.modules, "sqlalchemy", FakeSqlAlchemy("sqlalchemy"))
    exec(made, known)
    monkeypatch.setenv("MONOLITH_DATABASE_URL", given)
    monkeypatch.setenv("MONOLITH_DATABASE_READ_ONLY", read_only)
    found = known["database"]()
    assert (found["NAME"], found["OPTIONS"]) == said
    monkeypatch.delenv("MONOLITH_DATABASE_URL")
    assert known["database"]() == {"ENGINE": "django.db.backends.dummy"}


def test_keys_that_come_as_files_are_variables_of_moved_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = tailored(part_of(tmp_path, FILES), ()).files
    assert "import library.told" in str(files["src/library/legacy/__init__.py"])
    assert "import library.told" in str(files["src/library/moved/__init__.py"])
    key = tmp_path / "key"
    key.write_text("of-the-monolith\n")
    monkeypatch.setenv("SECRET_KEY_FILE", str(key))
    monkeypatch.delenv("SECRET_KEY", raising=False)
    known: dict[str, object] = {"__name__": "told"}
    exec(str(files["src/library/told.py"]), known)
    assert os.environ["SECRET_KEY"] == "of-the-monolith"


def test_a_key_to_users_stays_a_key(tmp_path: Path) -> None:
    found = part_of(tmp_path, FILES)
    moved = found.modules["src/library/moved/models.py"]
    assert "keeper = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)" in moved
    [table] = [table for table in found.owned.tables if table.name == "books"]
    assert "keeper_id" in [column.name for column in table.columns]
    router = tailored(found, ()).files["src/library/legacy/identity.py"]
    assert "def allow_relation" in str(router)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("settings", 'ROOT_URLCONF = "shop.root"',
         'ROOT_URLCONF = "shop.root"\n    AUTH_USER_MODEL = "shop.Author"',
         "needs an application of Django's"),
        ("settings", 'ROOT_URLCONF = "shop.root"',
         'ROOT_URLCONF = "shop.root"\n    SESSION_ENGINE = "x.backends.cache"',
         "it asks `request.user` for who is logged in"),
        ("settings", "int(os.environ", "int(send_file('size') + os.environ", "works with files"),
        ("settings", 'INSTALLED_APPS = [',
         'AUTHENTICATION_BACKENDS = ["knox.auth.Backend"]\n    INSTALLED_APPS = ["knox", ',
         "`settings.AUTHENTICATION_BACKENDS` names `knox.auth.Backend` of a package that is not"),
        ("views", "keeper=self", "keeper__username=self",
         "it joins `keeper` with the users, who are in another database"),
        ("views", "objects.filter", "objects.select_related('keeper').filter",
         "it joins `keeper` with the users, who are in another database"),
        ("views", "return super()", "Author.objects.create(name='x'); return super()",
         "it writes authors, which people owns"),
    ],
)  # fmt: skip
def test_what_a_service_cannot_ask_or_take_stays(
    tmp_path: Path, name: str, old: str, new: str, said: str
) -> None:
    file = f"shop/{name}.py"
    assert old in FILES[file]
    found = part_of(tmp_path, {**FILES, file: FILES[file].replace(old, new)})
    assert said in reasons(found)


ACTION = """serializer_class = BookSerializer

        @decorators.action(detail=True, methods=["post"])
        def renew(self, request, pk):
            return Response({"id": self.get_object().pk})
"""


def test_an_action_of_ones_own_goes_along_with_its_viewset(tmp_path: Path) -> None:
    views = FILES["shop/views.py"].replace(
        "serializers, viewsets", "decorators, serializers, viewsets"
    )
    views = views.replace("serializer_class = BookSerializer\n", ACTION)
    found = part_of(tmp_path, {**FILES, "shop/views.py": views})
    assert reasons(found) == ""
    assert "/api/books/{pk}/renew" in {fate.route.path for fate in found.fates}


def test_a_method_that_stays_is_refused_before_its_viewset(tmp_path: Path) -> None:
    raw = "connection.cursor().execute('select 1 from authors'); return super()"
    views = FILES["shop/views.py"].replace("return super()", raw)
    found = part_of(tmp_path, {**FILES, "shop/views.py": views})
    assert reasons(found) == "it reads authors, which people owns (shop/views.py:21)"
    files = tailored(found, ()).files
    routes = str(files["src/library/api/routes.py"])
    assert '    "/api/books": (),' in routes
    assert '    "/api/books/{pk}": ("GET", "HEAD"),' in routes
    unwritten = str(files["src/library/api/unwritten.py"])
    assert '@last.api_route("/api/books/{pk}", methods=["GET", "HEAD"])' in unwritten


def test_a_narrow_path_stands_before_a_viewset_that_would_take_it(tmp_path: Path) -> None:
    mine = 'path("api/books/mine/", views.mine),\n        path("", include("shop.urls"))'
    root = FILES["shop/root.py"].replace('path("", include("shop.urls"))', mine)
    found = part_of(tmp_path, {**FILES, "shop/root.py": root})
    assert reasons(found) == ""
    order = [router.router for router in found.slice.routers]
    assert order == ["urlpatterns", "router"]


@pytest.mark.parametrize(
    ("query", "joins"),
    [
        ("filter(keeper=", False),
        ("filter(keeper__id=", False),
        ("filter(title__keeper__name=", True),
        ("select_related().filter(keeper=", True),
        ("select_related(*self.along).filter(keeper=", True),
        ("select_related('title').filter(keeper=", False),
        ("select_related(None).filter(keeper=", False),
    ],
)
def test_what_joins_users_is_told_from_what_does_not(
    tmp_path: Path, query: str, joins: bool
) -> None:
    views = FILES["shop/views.py"].replace("filter(keeper=", query)
    found = part_of(tmp_path, {**FILES, "shop/views.py": views})
    assert ("joins `keeper`" in reasons(found)) is joins


def test_a_row_that_anothers_rows_protect_is_deleted_by_the_monolith(tmp_path: Path) -> None:
    models = (
        FILES["shop/models.py"]
        + """
    class Shelf(models.Model):
        book = models.ForeignKey(Book, models.PROTECT)
        class Meta:
            db_table = "shelves"
    """
    )
    found = part_of(tmp_path, {**FILES, "shop/models.py": models})
    kept = {fate.route.method for fate in found.fates if not fate.is_moved}
    assert kept == {"DELETE"}
    assert reasons(found).startswith("it reads shelves, which people owns")
