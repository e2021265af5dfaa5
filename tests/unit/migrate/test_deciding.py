"""Configuration under a condition: what holds where requests are served."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.migrate.slices import part_of, reasons
from tests.unit.migrate.test_moving_flask import FILES

FACTORY = """
    import os
    from flask import Flask
    from shop.books import shelf
    from shop.database import db

    STRICT = os.environ.get("STRICT") == "yes"

    def create_app(name="production", testing=False, overrides=None):
        app = Flask(__name__)
        if {}:
            app.config.update(WTF_CSRF_ENABLED=False)
        else:
            app.config["JSON_SORT_KEYS"] = True
        db.init_app(app)
        app.register_blueprint(shelf, url_prefix="/v1")
        return app
"""
LEFT = "app.config.update(JSON_SORT_KEYS=True)"
TAKEN = "app.config.update(WTF_CSRF_ENABLED=False)"


def given(folder: Path, condition: str, **more: str) -> list[str]:
    """The calls that the service's application is made with."""
    files = {**FILES, "shop/__init__.py": FACTORY.format(condition)}
    found = part_of(folder, {**files, **{f"{name}.py": text for name, text in more.items()}})
    assert reasons(found) == ""
    return [f"{f'if {when}: ' if when else ''}{call}" for call, when in found.slice.around.done]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("testing", LEFT),
        ("name == 'testing'", LEFT),
        ("app.testing or app.config.get('TESTING')", LEFT),
        ("overrides is not None and overrides['CSRF']", LEFT),
        ("not testing", TAKEN),
        ("name in ('production', 'staging')", TAKEN),
    ],
)
def test_a_condition_turns_out_as_where_requests_are_served(
    tmp_path: Path, condition: str, expected: str
) -> None:
    assert given(tmp_path, condition) == [expected]


def test_what_a_call_says_counts_and_not_that_of_a_test(tmp_path: Path) -> None:
    called = "from shop import create_app\napp = create_app('{}')\n"
    more = {"wsgi": called.format("live"), "test_it": called.format("testing")}
    assert given(tmp_path, "name == 'live'", **more) == [TAKEN]


def test_what_the_environment_says_is_asked_again(tmp_path: Path) -> None:
    assert given(tmp_path, "STRICT") == [f"if not STRICT: {LEFT}", f"if STRICT: {TAKEN}"]


@pytest.mark.parametrize("condition", ["name == app.name", "overrides or app.name"])
def test_a_condition_that_only_the_factory_knows_is_a_reason(
    tmp_path: Path, condition: str
) -> None:
    files = {**FILES, "shop/__init__.py": FACTORY.format(condition)}
    found = reasons(part_of(tmp_path, files))
    assert "`config['WTF_CSRF_ENABLED']` is not known" in found
    assert "`config['JSON_SORT_KEYS']` is not known" in found
