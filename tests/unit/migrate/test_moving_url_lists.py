"""Lists of URLs of Django: nested, added up, below parameters, beginning with a language."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from mscli.migrate.apply.moving.pieces.patterns import ways_to
from mscli.migrate.apply.together import context
from mscli.migrate.scan import scan
from tests.unit.migrate.slices import part_of, reasons
from tests.unit.migrate.test_moving_django import FILES

SETTINGS = FILES["shop/settings.py"] + (
    '    LANGUAGES = [("en", "English"), ("de", "Deutsch")]\n    LANGUAGE_CODE = "en"\n'
)
NESTED = """
    from django.urls import include, path, re_path

    from shop.library import views

    LENDING = [
        re_path(r"^(?P<book_id>[0-9]+)/lend/$", views.lend, name="lend"),
        path("people/", views.people),
    ]
    urlpatterns = [
        path("", views.Shelf.as_view(), name="shelf"),
        path("out/", include((LENDING, "lending"), namespace="lending")),
        path("in/", include([
            path("shelf/", views.Shelf.as_view()),
            path("people/", views.people),
        ])),
    ] + unknown(1)
"""
VIEWS = (
    FILES["shop/library/views.py"]
    + """
    def people(request):
        return JsonResponse({"people": send_file("x")})
"""
)


def rooted(before: str, urls: str = FILES["shop/library/urls.py"]) -> dict[str, str]:
    """The monolith with its library below something, and with these URLs."""
    root = f"""
        from django.conf.urls.i18n import i18n_patterns
        from django.urls import include, path

        urlpatterns = {before}
    """
    views = {"shop/library/urls.py": urls, "shop/library/views.py": VIEWS}
    return {**FILES, "shop/settings.py": SETTINGS, "shop/urls.py": root, **views}


def mounted(files: dict[str, str], folder: Path) -> str:
    """How the service has the moved list among its own URLs."""
    found = part_of(folder, files)
    assert reasons(found) == ""
    (code,) = set(context(found)["mounted"])  # type: ignore[call-overload]
    return str(code).replace("library.moved.library.urls", "X")


@pytest.mark.parametrize(
    ("before", "code"),
    {
        '[path("v1/books/", include("shop.library.urls"))]': 'path("v1/books/", include("X"))',
        '[path("books-", include("shop.library.urls"))]': 'path("books-", include("X"))',
        '[path("<slug:shop>/books/", include("shop.library.urls"))]': (
            'path("<slug:shop>/books/", include("X"))'
        ),
        '[path("<int:pk>/", include([path("books/", include("shop.library.urls"))]))]': (
            'path("<int:pk>/", include([path("books/", include("X"))]))'
        ),
        'i18n_patterns(path("books/", include("shop.library.urls")))': (
            '*i18n_patterns(path("books/", include("X")))'
        ),
        'i18n_patterns(path("books/", include("shop.library.urls")), '
        "prefix_default_language=False)": (
            '*i18n_patterns(path("books/", include("X")), prefix_default_language=False)'
        ),
    }.items(),
)
def test_a_list_is_below_what_stands_before_it(tmp_path: Path, before: str, code: str) -> None:
    assert mounted(rooted(before), tmp_path) == code


def test_a_list_that_says_the_language_itself_is_one_of_the_roots(tmp_path: Path) -> None:
    urls = """
        from django.conf.urls.i18n import i18n_patterns
        from django.urls import path
        from shop.library import views

        urlpatterns = i18n_patterns(
            path("books/", views.Shelf.as_view(), name="shelf"),
            path("people/", views.people),
        ) + [path("plain/", views.people)]
    """
    files = {**rooted("[]"), "shop/urls.py": urls}
    found = part_of(tmp_path, files)
    assert context(found)["mounted"] == ['*import_module("library.moved.urls").urlpatterns']
    made = found.modules["src/library/moved/urls.py"]
    assert "people" not in made
    compile(made, "urls.py", "exec")
    assert 'i18n_patterns(\n    path("books/", views.Shelf.as_view(), name="shelf"),\n)' in made


def test_facts_have_both_paths_where_the_default_language_is_left_out(tmp_path: Path) -> None:
    both = 'i18n_patterns(path("books/", include("shop.library.urls")), {})'
    for name, default in (("all", ""), ("others", "prefix_default_language=False")):
        part_of(tmp_path / name, rooted(both.format(default)))
        facts = scan(tmp_path / name)
        assert facts.languages == ("en", "de")
        paths = {route.path for route in facts.routes if route.path.endswith("books/")}
        assert paths == {"/{language}/books/", *(["/books/"] if name == "others" else [])}


def test_of_nested_lists_the_elements_go_along_that_lead_to_a_route(tmp_path: Path) -> None:
    found = part_of(tmp_path, rooted('[path("books/", include("shop.library.urls"))]', NESTED))
    moved = {fate.route.path for fate in found.fates if fate.is_moved}
    assert moved == {"/books/", "/books/out/{book_id}/lend/", "/books/in/shelf/"}
    made = found.modules["src/library/moved/library/urls.py"]
    compile(made, "urls.py", "exec")
    assert "people" not in made
    assert "unknown" not in made
    assert 'path("out/", include((LENDING, "lending"), namespace="lending")),' in made


def test_ways_to_a_route() -> None:
    tree = ast.parse(
        "more = [path('a/', v)]\n"
        "other = [path('b/', v), *more]\n"
        "urlpatterns = other + [path('x/', include(more)), path(NAME, include(more))]\n"
    )
    assert [way.path for way in ways_to(tree, 1)] == ["a/", "x/a/", None]
    assert [way.path for way in ways_to(tree, 2)] == ["b/"]


def test_a_list_that_includes_itself_is_what_it_was_before() -> None:
    tree = ast.parse(
        "urlpatterns = [path('a/', v)]\n"
        "urlpatterns = [path('in/', include((urlpatterns, 'shop')))]\n"
        "urlpatterns += [path('b/', v)]\n"
        "if PREFIX:\n"
        "    urlpatterns = [path(PREFIX, include(urlpatterns))]\n"
    )
    assert [way.path for way in ways_to(tree, 1)] == ["in/a/"]
    assert [way.path for way in ways_to(tree, 3)] == ["b/"]


def test_a_prefix_out_of_the_environment_is_its_default(tmp_path: Path) -> None:
    """So are the routes of a router that has something registered at its own path."""
    api = """
        from rest_framework.routers import SimpleRouter
        from rest_framework.viewsets import ModelViewSet
        from shop.library.models import Book

        class Books(ModelViewSet):
            queryset = Book.objects.all()

        router = SimpleRouter()
        router.register("", Books, basename="book")
    """
    root = """
        from django.conf import settings
        from django.urls import include, path
        from shop.library.api import router

        urlpatterns = [path("books/", include(router.urls))]
        if settings.BELOW:
            urlpatterns = [path(settings.BELOW, include(urlpatterns))]
    """
    settings = SETTINGS + "    BELOW = os.getenv('BELOW', '')\n"
    files = {**FILES, "shop/urls.py": root, "shop/library/api.py": api}
    files |= {"shop/settings.py": settings, "requirements.txt": "django\ndjangorestframework\n"}
    found = part_of(tmp_path, files, "shared")
    assert {fate.route.path for fate in found.fates} == {"/books/", "/books/{pk}/"}
    assert reasons(found) == ""
    names = {(url.name, url.parts) for url in found.slice.elsewhere}
    assert ("book-list", ("path:books/", "re_path:^$")) in names
    assert any(name == "book-detail" and rules[1].startswith("re_path:^(?P<pk>")
               for name, rules in names)  # fmt: skip


def test_of_several_routes_in_a_line_each_is_known(tmp_path: Path) -> None:
    urls = """
        from django.contrib.auth.decorators import login_required
        from django.urls import path
        from shop.library import views
        from shop.library.views import lend, people
        more = [path("c/", lend)]
        urlpatterns = [path("", views.Shelf.as_view()), path("people/", people), *more]
        urlpatterns += [path("b/<int:book_id>/", lend), path("b/<int:book_id>/lend/", lend)]
    """
    found = part_of(tmp_path, rooted('[path("books/", include("shop.library.urls"))]', urls))
    stay = [fate.route.path for fate in found.fates if not fate.is_moved]
    assert stay == ["/books/people/"]
    code = found.modules["src/library/moved/library/urls.py"]
    assert 'urlpatterns = [path("", views.Shelf.as_view()), *more]' in code
    assert "people" not in code
