"""What a name means in moved code is what it meant: bound names, settings, configurations, URLs."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.apply.services import tailored
from tests.unit.migrate.slices import part_of, reasons
from tests.unit.migrate.test_moving_django import FILES, VIEWS
from tests.unit.migrate.test_pages import DJANGO, lend

STARTED = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n'


def test_a_function_hides_the_module_that_it_is_from(tmp_path: Path) -> None:
    """`from .told import told` in a package: `graphs.told` is the function."""
    views = VIEWS.replace(
        "return JsonResponse({", "graphs.told()\n            return JsonResponse({", 1
    )
    files = {
        **FILES,
        "shop/graphs/__init__.py": "from .told import told\n",
        "shop/graphs/told.py": "def told():\n    return 1\n",
        "shop/library/views.py": views.replace(
            "from django.conf", "from shop import graphs\n    from django.conf"
        ),
    }
    found = part_of(tmp_path, files)
    assert reasons(found) == ""
    package = found.modules["src/library/moved/graphs/__init__.py"]
    assert "from library.moved.graphs.told import told" in package


def test_settings_of_other_machines_fill_nothing(tmp_path: Path) -> None:
    """The monolith starts with `shop.settings`: what `shop.local` adds to it is not there."""
    files = {
        **FILES,
        "manage.py": STARTED,
        "shop/settings.py": FILES["shop/settings.py"] + "    LIMITS = {'a': len(os.environ)}\n",
        "shop/local.py": "from shop.settings import *\nLIMITS['a'] = 2\n",
        "shop/library/views.py": VIEWS.replace("settings.PAGE", "settings.LIMITS['a']"),
    }
    found = part_of(tmp_path, files, "shared")
    assert reasons(found) == ""
    assert "LIMITS" in found.modules["src/library/moved/shop/settings.py"]
    assert "src/library/moved/shop/local.py" not in found.modules


@pytest.mark.parametrize(
    ("asked", "more", "goes"),
    [
        ('apps.get_app_config("lib")', "", True),
        ("apps.get_app_configs()", "\n            kinds = 1\n", True),
        ("apps.get_app_configs()", "", False),
    ],
)
def test_a_configuration_that_code_asks_for_goes_along(
    tmp_path: Path, asked: str, more: str, *, goes: bool
) -> None:
    views = VIEWS.replace(
        "return JsonResponse({", f"{asked}\n            return JsonResponse({{", 1
    ).replace("from django.conf", "from django.apps import apps\n    from django.conf")
    configured = FILES["shop/library/apps.py"].rstrip() + more
    files = {**FILES, "shop/library/views.py": views, "shop/library/apps.py": configured}
    found = part_of(tmp_path, files, "shared")
    assert reasons(found) == ""
    moved = found.modules.get("src/library/moved/library/apps.py", "")
    assert ("class Library(AppConfig)" in moved) is goes


def test_rows_that_are_found_by_the_name_of_a_module_are_found_on_their_database(
    tmp_path: Path,
) -> None:
    views = VIEWS.replace(
        "class Shelf(View):",
        "class Kept(dbsettings.Group):\n        pass\n\n    class Shelf(View):",
    )
    views = views.replace("found = Book", "Kept()\n            found = Book")
    views = views.replace("from django.conf", "import dbsettings\n    from django.conf")
    files = {**FILES, "shop/library/views.py": views}
    files["requirements.txt"] = "django\ndjango-dbsettings\n"
    why = reasons(part_of(tmp_path / "own", files))
    assert "`dbsettings.Group` finds its rows by the name of a module" in why
    found = part_of(tmp_path / "shared", files, "shared")
    assert reasons(found) == ""
    code = tailored(found, ()).files["src/library/legacy/application.py"]
    assert '"shop.library.views": "library.moved.library.views"' in code
    assert "value.module_name = before.get(" in code


PACKAGES = {
    **DJANGO,
    "requirements.txt": "django\ndjango-wiki\n",
    "shop/urls.py": """
        from django.urls import include, path

        urlpatterns = [
            path("v1/books/", include("shop.library.urls")),
            path("docs/", include("wiki.urls")),
        ]
    """,
    "shop/library/templates/lib/lend.html": '{% url "wiki-page" %}',
}


def test_urls_of_a_package_are_known_to_it(tmp_path: Path) -> None:
    """On the monolith's database the service has the package, and answers none of its URLs."""
    found = part_of(tmp_path, PACKAGES, "shared")
    assert reasons(found) == ""
    [listed] = [url for url in found.slice.elsewhere if url.name.startswith("include(")]
    assert (listed.name, listed.parts) == ("include(wiki.urls)", ("path:docs/",))
    assert "django-wiki" in found.requirements
    made = tailored(found, []).files["src/library/legacy/elsewhere.py"]
    assert '((), "include(wiki.urls)", ("path:docs/",)),' in made


def test_urls_of_a_package_are_not_known_elsewhere(tmp_path: Path) -> None:
    assert "the URL `wiki-page` is not known" in lend(tmp_path, PACKAGES)
    other = {**PACKAGES, "shop/library/templates/lib/lend.html": '{% url "shop:wiki-page" %}'}
    named = PACKAGES["shop/urls.py"].replace(
        'include("wiki.urls")', 'include(("wiki.urls", "wiki"))'
    )
    why = reasons(part_of(tmp_path / "other", {**other, "shop/urls.py": named}, "shared"))
    assert "the URL `shop:wiki-page` is not known" in why


def test_a_template_puts_a_name_together(tmp_path: Path) -> None:
    page = '{% with "lib/"|add:kind|add:".html" as part %}{% include part %}{% endwith %}'
    more = {"shop/library/templates/lib/lend.html": page, "shop/library/templates/lib/a.html": "a"}
    found = part_of(tmp_path, {**DJANGO, **more})
    assert reasons(found) == ""
    assert "src/library/templates/lib/a.html" in found.slice.pages
