"""What packages of Django bring: settings, pages, URLs, and what they look for in applications."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.apply.services import tailored
from tests.unit.migrate.slices import part_of, reasons
from tests.unit.migrate.test_pages import DJANGO

PAGE = "shop/library/templates/lib/lend.html"
SETTINGS = DJANGO["shop/settings.py"].replace('"taggit"]', '"oscar.config.Shop", "search_kit"]')
STARRED = SETTINGS.replace("import os\n", "import os\n    from oscar.defaults import *\n", 1)
SHOP = {
    **DJANGO,
    "requirements.txt": "django\ndjango-oscar\n",
    "shop/settings.py": STARRED,
    "shop/urls.py": """
        from django.apps import apps
        from django.urls import include, path

        urlpatterns = [
            path("v1/books/", include("shop.library.urls")),
            path("", include(apps.get_app_config("oscar").urls[0])),
        ]
    """,
    PAGE: '{% extends "oscar/layout.html" %}',
    "shop/library/templates/oscar/partials/footer.html": "our own",
}


def test_a_page_of_a_package_has_whatever_it_may_ask_for(tmp_path: Path) -> None:
    found = part_of(tmp_path, SHOP, "shared")
    assert reasons(found) == ""
    assert "src/library/templates/oscar/partials/footer.html" in found.slice.pages
    assert {"oscar.config.Shop", "search_kit"} <= set(found.slice.django.installed)
    assert found.requirements == ("django", "django-oscar")  # one of them has `search_kit`
    made = tailored(found, []).files
    elsewhere = made["src/library/legacy/elsewhere.py"]
    assert '((), "include(@oscar.urls[0])", ("path:",)),' in elsewhere
    settings = str(made["src/library/legacy/settings.py"])
    assert settings.index('"oscar.defaults",') < settings.index("INSTALLED_APPS")


def test_a_page_of_a_package_needs_every_url(tmp_path: Path) -> None:
    urls = SHOP["shop/urls.py"].replace('path("", include', "path(SHOP, include")
    urls = urls.replace("urlpatterns =", "SHOP = __name__.lower() + input()\n        urlpatterns =")
    why = reasons(part_of(tmp_path, {**SHOP, "shop/urls.py": urls}, "shared"))
    assert "a page of a package may ask for any URL, and one is not known" in why


def test_a_service_with_its_own_database_has_no_pages_of_packages(tmp_path: Path) -> None:
    why = reasons(part_of(tmp_path, SHOP))
    assert "no file of the monolith is the template `oscar/layout.html`" in why
    assert "settings are out of a package that it cannot install: `oscar.defaults`" in why


def test_what_a_package_sets_after_others_is_not_known(tmp_path: Path) -> None:
    later = SETTINGS + "    from oscar.defaults import *\n"
    why = reasons(part_of(tmp_path, {**SHOP, "shop/settings.py": later}, "shared"))
    assert "settings are out of what is not known" in why


INSTEAD = {
    **SHOP,
    "shop/settings.py": STARRED.replace("search_kit", 'search_kit", "shop.baskets.apps.Baskets'),
    "shop/baskets/__init__.py": "",
    "shop/baskets/apps.py": """
        import oscar.apps.basket.apps as apps

        class Baskets(apps.BasketConfig):
            name = "shop.baskets"
    """,
    "shop/baskets/models.py": "from oscar.apps.basket.models import *\n",
    "shop/baskets/forms.py": """
        from oscar.apps.basket import forms
        from shop.sizes import LARGEST

        class AddToBasketForm(forms.AddToBasketForm):
            largest = LARGEST
    """,
    "shop/sizes.py": "LARGEST = 3\nSMALLEST = 1\n",
}  # fmt: skip


def test_what_takes_the_place_of_a_packages_goes_along_whole(tmp_path: Path) -> None:
    """The package loads by name what is in there; else it would take its own instead."""
    found = part_of(tmp_path, INSTEAD, "shared")
    assert reasons(found) == ""
    assert "import *" in found.modules["src/library/moved/baskets/models.py"]
    assert "class AddToBasketForm" in found.modules["src/library/moved/baskets/forms.py"]
    assert "SMALLEST" not in found.modules["src/library/moved/sizes.py"]
    apps = str(tailored(found, []).files["src/library/legacy/apps.py"])
    assert 'name = "library.moved.baskets"' in apps
    assert 'label = "baskets"' not in apps  # which the package says


FOUND = "from search_kit import indexes\nfrom shop.library.models import Book\nindexes.add(Book)\n"


def test_what_a_package_looks_for_goes_along_with_the_package(tmp_path: Path) -> None:
    found = part_of(tmp_path, {**SHOP, "shop/library/search_indexes.py": FOUND}, "shared")
    assert reasons(found) == ""
    assert "indexes.add(Book)" in found.modules["src/library/moved/library/search_indexes.py"]


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("shop/library/admin.py", FOUND),
        ("shop/library/old.py", "from shop.library.models import Book\n"),
        ("shop/tools/search_indexes.py", FOUND),
    ],
    ids=["pages that stay", "asks no package", "in no application"],
)
def test_other_modules_that_nobody_imports_stay(tmp_path: Path, file: str, content: str) -> None:
    found = part_of(tmp_path, {**SHOP, file: content}, "shared")
    assert reasons(found) == ""
    moved = f"src/library/moved/{file.removeprefix('shop/')}"
    assert moved not in found.modules


def test_what_a_package_looks_for_and_cannot_move_keeps_the_routes(tmp_path: Path) -> None:
    stuck = FOUND + "import sys\nindexes.add(*sys.modules.values())\n"
    why = reasons(part_of(tmp_path, {**SHOP, "shop/library/search_indexes.py": stuck}, "shared"))
    assert "sys.modules.values" in why


MIDDLEWARE = (
    '"django_htmx.middleware.HtmxMiddleware", "whitenoise.middleware.WhiteNoiseMiddleware", '
    '"django.contrib.sites.middleware.CurrentSiteMiddleware", '
    '"django.contrib.flatpages.middleware.FlatpageFallbackMiddleware"'
)
AROUND = {
    **DJANGO,
    "requirements.txt": "django\ndjango-htmx\nwhitenoise\n",
    "shop/settings.py": DJANGO["shop/settings.py"]
    .replace('"debug_toolbar.middleware.Seen"', MIDDLEWARE)
    .replace('"taggit"]', '"django.contrib.sites", "django.contrib.flatpages"]'),
    "shop/library/templates/flatpages/default.html": "{{ flatpage.content }}",
    "shop/library/views.py": DJANGO["shop/library/views.py"].replace(
        "found = Book", "request.htmx, request.site; found = Book"
    ),
}  # fmt: skip


def test_middleware_that_refuses_nothing_may_put_something_on_requests(tmp_path: Path) -> None:
    found = part_of(tmp_path, AROUND, "shared")
    assert reasons(found) == ""
    around = [name.rpartition(".")[2] for name in found.slice.django.middleware]
    assert around[0] == "CsrfViewMiddleware"
    assert around[1:] == ["HtmxMiddleware", "CurrentSiteMiddleware", "FlatpageFallbackMiddleware"]
    assert "django-htmx" in found.requirements
    assert "src/library/templates/flatpages/default.html" in found.slice.pages


def test_what_answers_out_of_tables_of_djangos_stays_with_them(tmp_path: Path) -> None:
    why = reasons(part_of(tmp_path, AROUND))
    assert "FlatpageFallbackMiddleware` gives other answers than views, and is not moved" in why
    assert "it asks `request.site`, which the middleware" in why
    assert "request.htmx" not in why


def test_tags_that_read_files_for_browsers_read_those_of_the_monolith(tmp_path: Path) -> None:
    settings = DJANGO["shop/settings.py"].replace(
        '"taggit"]', '"django.contrib.staticfiles", "compressor"]'
    )
    settings += "    STATIC_ROOT = os.path.join(BESIDE, 'static')\n"
    settings += "    STATICFILES_FINDERS = ['compressor.finders.CompressorFinder']\n"
    settings += "    COMPRESS_PRECOMPILERS = (('text/x-scss', 'django_libsass.SassCompiler'),)\n"
    page = DJANGO[PAGE].replace("{% load words %}", "{% load words compress %}")
    files = {**DJANGO, "shop/settings.py": settings, PAGE: page}
    files["requirements.txt"] = "django\ndjango-compressor\ndjango-libsass\ncsscompressor\ncelery\n"
    found = part_of(tmp_path, files, "shared")
    assert reasons(found) == ""
    assert "django-libsass" in found.requirements  # it is only named
    assert "csscompressor" in found.requirements  # it is named by what is
    assert "celery" not in found.requirements
    assert "monolith_file(" in found.modules["src/library/moved/settings.py"]
    assert ("STATIC_ROOT", "library.moved.settings") in found.slice.django.computed
    assert "STATICFILES_FINDERS" in found.slice.django.settings
