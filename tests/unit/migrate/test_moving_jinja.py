"""Jinja as an engine of Django's: which of two has a page, and what its environment needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.apply.services import tailored
from tests.unit.migrate.slices import part_of, reasons
from tests.unit.migrate.test_pages import DJANGO, ENGINE

ENGINES = ENGINE.replace(
    "TEMPLATES = [{",
    """TEMPLATES = [{
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [os.path.join(BESIDE, part) for part in ["shared/forms", "shared/parts"]],
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "shop.library.made.environment",
            "extensions": ["jinja2.ext.do"],
            "trim_blocks": True,
            "context_processors": ["shop.library.pages.title"],
        },
    }, {""",
)
FILES = {
    **DJANGO,
    "requirements.txt": "django\njinja2\n",
    "shop/settings.py": DJANGO["shop/settings.py"].replace(ENGINE, ENGINES),
    "shop/library/made.py": """
        from jinja2 import Environment
        from shop.library.words import loud

        def environment(**options):
            made = Environment(**options)
            made.filters["loud"] = loud
            return made
    """,
    "shop/library/words.py": "def loud(text):\n    return text\ndef low(text):\n    return text\n",
    "shop/library/jinja2/lib/lend.html": """
        {% extends "base.html" %}{% include "part.html" %}{{ title | loud }}
    """,
    "shop/shared/forms/base.html": "of Jinja: {% block x %}{% endblock %}",
    "shop/shared/parts/part.html": "a part",
}


def test_a_page_is_of_the_engine_that_is_asked_first(tmp_path: Path) -> None:
    found = part_of(tmp_path, FILES)
    assert reasons(found) == ""
    pages = {name.removeprefix("src/library/"): text for name, text in found.slice.pages.items()}
    assert pages.keys() == {"jinja2/lib/lend.html", "jinja2/base.html", "jinja2/part.html"}
    assert pages["jinja2/base.html"].startswith("of Jinja")
    assert "def loud" in found.modules["src/library/moved/library/words.py"]
    assert "def low" not in found.modules["src/library/moved/library/words.py"]
    assert "jinja2" in found.requirements
    settings = str(tailored(found, []).files["src/library/legacy/settings.py"])
    assert "'environment': 'library.moved.library.made.environment'" in settings
    assert '"DIRS": [Path(__file__).parents[1] / "jinja2"]' in settings
    assert settings.index("backends.jinja2") < settings.index("backends.django")


def test_of_two_engines_the_second_has_what_the_first_has_not(tmp_path: Path) -> None:
    files = {name: text for name, text in FILES.items() if "jinja2/lib" not in name}
    found = part_of(tmp_path, files)
    assert reasons(found) == ""
    assert "src/library/templates/lib/lend.html" in found.slice.pages
    assert found.slice.django.jinja is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"jinja2.ext.do"', '"shop.gone.Extension"', "what shop.gone.Extension is was not found"),
        ('"trim_blocks": True', '"undefined": Undefined', "the option `undefined`"),
        ("in [", "in sorted(os.listdir(", "a folder of `settings.TEMPLATES` is not known"),
        (".jinja2.Jinja2", ".own.Engine", "how the monolith finds templates is not known"),
    ],
    ids=["an extension", "an option", "a folder", "another engine"],
)
def test_what_is_not_known_of_the_engine_keeps_its_pages(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    settings = FILES["shop/settings.py"]
    assert old in settings
    changed = settings.replace(old, new)
    if "listdir" in new:
        changed = changed.replace('"shared/parts"]', '"shared/parts"))')
    why = reasons(part_of(tmp_path, {**FILES, "shop/settings.py": changed}))
    assert said in why


def test_a_page_is_one_of_two(tmp_path: Path) -> None:
    views = DJANGO["shop/library/views.py"].replace(
        'return render(request, "lib/lend.html", {})',
        'page = "lib/row.html" if request.GET else "lib/lend.html"\n'
        "        return render(request, page, {})",
    )
    more = {"shop/library/views.py": views, "shop/library/templates/lib/row.html": "a row"}
    found = part_of(tmp_path, {**DJANGO, **more})
    assert reasons(found) == ""
    assert {"row.html", "lend.html"} <= {name.rpartition("/")[2] for name in found.slice.pages}
