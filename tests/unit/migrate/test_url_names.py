"""URLs that code asks for by a name: what a scan knows of them, and what a service is given."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from mscli.migrate.apply.services import tailored
from mscli.migrate.scan import scan
from tests.unit.migrate import test_moving_around as fastapi
from tests.unit.migrate import test_moving_django as django
from tests.unit.migrate import test_moving_flask as flask
from tests.unit.migrate.slices import part_of, reasons


def names(folder: Path, files: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(dedent(content))
    return {url.name: url.parts for url in scan(folder).urls}


def test_of_django_with_namespaces_prefixes_and_converters(tmp_path: Path) -> None:
    found = names(
        tmp_path,
        {
            "shop/__init__.py": "",
            "shop/settings.py": "ROOT_URLCONF = 'shop.urls'",
            "shop/urls.py": """
                from django.conf.urls.i18n import i18n_patterns
                from django.urls import include, path, re_path
                from shop import views

                more = [path("late/", views.show, name="late")]
                urlpatterns = [
                    path("v1/", include("shop.books")),
                    path("v2/", include((more, "more"), namespace="second")),
                    re_path(r"^old/(?P<n>[0-9]+)/$", views.show, name="old"),
                ] + i18n_patterns(path("about/", views.show, name="about"))
            """,
            "shop/books.py": """
                from django.urls import path
                from shop import views

                app_name = "books"
                urlpatterns = [path("<int:n>/", views.show, name="show"), path("", views.show)]
            """,
            "shop/views.py": "def show(request, n): ...",
        },
    )
    assert found == {
        "books:show": ("path:v1/", "path:<int:n>/"),
        "second:late": ("path:v2/", "path:late/"),
        "old": ("re_path:^old/(?P<n>[0-9]+)/$",),
        "about": ("language:all", "path:about/"),
    }


def test_of_routers_and_of_the_admin(tmp_path: Path) -> None:
    found = names(
        tmp_path,
        {
            "shop/settings.py": "ROOT_URLCONF = 'shop.urls'",
            "shop/models.py": """
                from django.db import models

                class Book(models.Model): ...
            """,
            "shop/admin.py": """
                from django.contrib import admin
                from shop.models import Book

                admin.site.register(Book)
            """,
            "shop/urls.py": """
                from django.contrib import admin
                from django.urls import include, path
                from rest_framework.decorators import action
                from rest_framework.routers import SimpleRouter
                from rest_framework.viewsets import ReadOnlyModelViewSet
                from shop.models import Book

                class Books(ReadOnlyModelViewSet):
                    queryset = Book.objects.all()
                    lookup_field = "isbn"

                    @action(detail=True)
                    def on_loan(self, request, isbn): ...

                router = SimpleRouter()
                router.register("books", Books)
                urlpatterns = [
                    path("api/", include((router.urls, "v1"))),
                    path("set/", include("django.conf.urls.i18n")),
                    path("admin/", admin.site.urls),
                ]
            """,
        },
    )
    assert {name: parts for name, parts in found.items() if not name.startswith("admin:")} == {
        "v1:book-list": ("path:api/", "re_path:^books/$"),
        "v1:book-detail": ("path:api/", "re_path:^books/(?P<isbn>[^/.]+)/$"),
        "v1:book-on-loan": ("path:api/", "re_path:^books/(?P<isbn>[^/.]+)/on_loan/$"),
        "set_language": ("path:set/", "path:setlang/"),
    }
    change = "path:shop/book/<path:object_id>/change/"
    assert found["admin:shop_book_change"] == ("path:admin/", change)
    assert found["admin:index"] == ("path:admin/", "path:")


def test_of_flask_with_blueprints_in_blueprints_and_files(tmp_path: Path) -> None:
    found = names(
        tmp_path,
        {
            "shop.py": """
                from flask import Blueprint, Flask
                from flask.views import MethodView

                app = Flask(__name__, static_url_path="/files")
                outer, inner = Blueprint("outer", __name__), Blueprint("inner", __name__)

                class All(MethodView):
                    def get(self): ...

                @inner.get("/<int:n>")
                def show(n): ...

                @app.route("/", endpoint="front", defaults={"page": 1})
                def home(page): ...

                inner.add_url_rule("/all", view_func=All.as_view("everything"))
                outer.register_blueprint(inner, url_prefix="/in/")
                app.register_blueprint(outer, url_prefix="/out")
            """
        },
    )
    assert found == {
        "outer.inner.show": ("/out/in/<int:n>",),
        "outer.inner.everything": ("/out/in/all",),
        "front": ("/", "defaults"),  # which of its rules is taken depends on values
        "static": ("/files/<path:filename>",),
    }


def test_of_flask_that_functions_register(tmp_path: Path) -> None:
    found = names(
        tmp_path,
        {
            "shop.py": """
                from flask import Flask

                def create_app():
                    app = Flask(__name__, static_folder=None)

                    @app.get("/")
                    def home(): ...

                    def going(step):
                        def view(n): ...
                        app.add_url_rule(f"/<int:n>/{step}", f"go_{step}", view)

                    going("on")
                    going("back")
                    return app
            """
        },
    )
    assert {name: parts for name, parts in found.items() if name != "static"} == {
        "home": ("/",),
        "go_on": ("/<int:n>/on",),
        "go_back": ("/<int:n>/back",),
    }


def test_of_fastapi_with_routers_and_mounts(tmp_path: Path) -> None:
    found = names(
        tmp_path,
        {
            "shop.py": """
                from fastapi import APIRouter, FastAPI
                from starlette.staticfiles import StaticFiles

                app, router = FastAPI(), APIRouter(prefix="/books")

                @router.get("/{n:int}")
                def show(n: int): ...

                @router.get("/", name="books")
                def every(): ...

                app.include_router(router, prefix="/v1")
                app.mount("/files", StaticFiles(directory="files"), name="files")
            """
        },
    )
    assert found == {
        "show": ("/v1/books/{n:int}",),
        "books": ("/v1/books/",),
        "files": ("mount:/files",),
    }


def test_a_flask_service_builds_the_monoliths_urls_and_answers_none(tmp_path: Path) -> None:
    books = flask.BOOKS.replace("import Blueprint,", "import Blueprint, url_for,").replace(
        "title=found.title", "title=url_for('people.show', n=1)"
    )
    people = """
        from flask import Blueprint
        people = Blueprint("people", __name__)

        @people.get("/people", defaults={"n": 1})
        @people.get("/people/<int:n>")
        def show(n):
            return ""
    """
    app = flask.APP.replace("db.init_app", "app.register_blueprint(people); db.init_app").replace(
        "import db\n", "import db\n    from shop.people import people\n", 1
    )
    files = {"shop/__init__.py": app, "shop/books.py": books, "shop/people.py": people}
    found = part_of(tmp_path, {**flask.FILES, **files})
    assert reasons(found) == ""
    made = tailored(found, []).files
    elsewhere = made["src/library/legacy/elsewhere.py"]
    assert '("people.show", "/people/<int:n>", None),' in elsewhere
    assert """("people.show", "/people", {'n': 1}),""" in elsewhere
    application = made["src/library/legacy/application.py"]
    assert "app.add_url_rule(rule, endpoint, build_only=True, defaults=defaults)" in application


def test_a_name_that_is_put_together_needs_every_url(tmp_path: Path) -> None:
    views = django.VIEWS.replace(
        'JsonResponse({"book": book.title})', "redirect(reverse(book.title))"
    )
    views = "    from django.urls import reverse\n" + views.lstrip("\n")
    root = django.FILES["shop/urls.py"].replace("[path", "[path('<day:x>/', 1, name='day'), path")
    files = {**django.FILES, "shop/library/views.py": views, "shop/urls.py": root}
    assert "it puts the name of a URL together" in reasons(part_of(tmp_path, files))


DJANGO = {
    "redirect('library:shelf')": "",
    "redirect('/somewhere/')": "",
    "redirect(book.title)": "",
    "redirect('library:gone')": "the URL `library:gone` is not known (shop/library/views.py:",
    "redirect(reverse(book.title))": "",
    "redirect(reverse('admin:index'))": "the URL `admin:index` is not known",
}


@pytest.mark.parametrize("asked", DJANGO)
def test_a_django_service_reverses_what_is_known(tmp_path: Path, asked: str) -> None:
    views = django.VIEWS.replace('JsonResponse({"book": book.title})', asked).replace(
        "import get_object_or_404", "import get_object_or_404, redirect"
    )
    views = "    from django.urls import reverse\n" + views.lstrip("\n")
    found = part_of(tmp_path, {**django.FILES, "shop/library/views.py": views})
    said = {fate.route.handler: "; ".join(fate.reasons) for fate in found.fates}
    assert DJANGO[asked] in said["shop.library.views.lend"]
    assert bool(said["shop.library.views.lend"]) == bool(DJANGO[asked])
    made = tailored(found, []).files
    shelf = '(("library", "library"),), "shelf", ("path:v1/books/", "path:",)),'
    assert shelf in made["src/library/legacy/elsewhere.py"]
    assert "*elsewhere.urls(named=True)," in made["src/library/legacy/urls.py"]


def test_a_fastapi_service_knows_the_monoliths_names_first(tmp_path: Path) -> None:
    routes = fastapi.ROUTES.replace("return {", "return {'at': str(request.url_for('readers')),", 1)
    routes += "\n    @router.get('/readers')\n    def readers(): ...\n"
    found = part_of(tmp_path, {**fastapi.FILES, "shop/routes.py": routes})
    assert reasons(found) == ""
    made = tailored(found, []).files
    assert '("readers", "/v1/readers"),' in made["src/library/api/elsewhere.py"]
    assert "elsewhere.add_elsewhere(app)" in made["src/library/app.py"]
