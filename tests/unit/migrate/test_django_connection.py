"""What Django's database is told besides where it is: read from the text of settings."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from mscli.migrate import sources
from mscli.migrate.apply.moving.django.settings import connection
from mscli.migrate.apply.moving.django.settings.settings import settings_of
from mscli.migrate.apply.services import tailored
from mscli.migrate.walk.project.index import Project
from tests.unit.migrate.slices import part_of
from tests.unit.migrate.test_moving_django_settings import BASE, FILES

IN_A_DICT = """
    DATABASES = {
        "default": {"NAME": "x", "ATOMIC_REQUESTS": True, "OPTIONS": {"timeout": 20}},
        "replica": {"AUTOCOMMIT": False},
    }
"""
SET_LATER = """
    DATABASES = {"default": env.db("DATABASE_URL", conn_max_age=600)}
    DATABASES["default"]["ATOMIC_REQUESTS"] = True
    DATABASES["default"]["OPTIONS"] = {"options": "-c search_path=shop", "pool": True}
    DATABASES["default"]["OPTIONS"]["password"] = "x"
    DATABASES["default"].update({"CONN_MAX_AGE": 0}, TIME_ZONE="UTC")
"""
BY_NAME = """
    MAIN = {"ATOMIC_REQUESTS": True}
    DATABASES = {"default": {**MAIN, "CONN_MAX_AGE": int(os.environ["AGE"])}}
"""
WITHIN = """
    DATABASES = {"default": {"OPTIONS": {
        "init": {"a": 1}, "told": {"a": ask()}, "ways": {"password": "x"}, "odd": {[]: 1},
    }}}
"""
BY_CONDITION = """
    if DEBUG:
        DATABASES = {"default": {"ATOMIC_REQUESTS": True, "AUTOCOMMIT": False, "OPTIONS": {"a": 1}}}
    else:
        DATABASES = {"default": {"AUTOCOMMIT": False}}
"""


@pytest.mark.parametrize(
    ("text", "kept", "shared", "own"),
    [
        (
            IN_A_DICT,
            {"ATOMIC_REQUESTS": True, "OPTIONS": {"timeout": 20}},
            [],
            ["OPTIONS.timeout"],
        ),
        (
            SET_LATER,
            {
                "CONN_MAX_AGE": 0,
                "ATOMIC_REQUESTS": True,
                "TIME_ZONE": "UTC",
                "OPTIONS": {"options": "-c search_path=shop"},
            },
            ["OPTIONS.pool", "OPTIONS.password"],
            ["OPTIONS.options", "OPTIONS.pool", "OPTIONS.password"],
        ),
        (BY_NAME, {"ATOMIC_REQUESTS": True}, [], []),
        (
            WITHIN,
            {"OPTIONS": {"init": {"a": 1}}},
            ["OPTIONS.told", "OPTIONS.ways", "OPTIONS.odd"],
            ["OPTIONS.init", "OPTIONS.told", "OPTIONS.ways", "OPTIONS.odd"],
        ),
        (BY_CONDITION, {"ATOMIC_REQUESTS": True, "AUTOCOMMIT": False}, ["OPTIONS"], ["OPTIONS"]),
    ],
)
def test_what_text_says_goes_along_and_the_rest_is_named(
    text: str, kept: dict[str, object], shared: list[str], own: list[str], tmp_path: Path
) -> None:
    (tmp_path / "settings.py").write_text('ROOT_URLCONF = "urls"\n' + dedent(text))
    known = settings_of(Project(sources.read(tmp_path))).connection
    assert connection.kept(known) == kept
    assert list(connection.left(known, "shared")) == shared
    assert list(connection.left(known, "own")) == own


def test_a_service_tells_the_monoliths_database_the_same(tmp_path: Path) -> None:
    later = """
    DATABASES["default"]["ATOMIC_REQUESTS"] = True
    DATABASES["default"]["OPTIONS"] = {"timeout": 20}
    """
    files = {**FILES, "site_/settings/base.py": BASE + later}
    made = tailored(part_of(tmp_path, files, "shared"), ()).files
    text = str(made["src/library/legacy/database.py"])
    assert "OPTIONS: dict[str, object] = {'timeout': 20}" in text
    assert "OPTIONS | dict[str, object](url.query)" in text
    assert '"ATOMIC_REQUESTS": True,' in text
    assert compile(text, "database.py", "exec")
