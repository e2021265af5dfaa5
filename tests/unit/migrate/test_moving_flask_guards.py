"""What guards a route of Flask, beside what its blueprint brings along, keeps it."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from tests.unit.migrate.slices import part_of, reasons

FILES = {
    "shop/__init__.py": "",
    "shop/models.py": """
        from flask_sqlalchemy import SQLAlchemy
        db = SQLAlchemy()
        class Book(db.Model):
            __tablename__ = "books"
            id = db.Column(db.Integer, primary_key=True)
    """,
    "shop/api.py": """
        from flask import Blueprint
        from shop.models import Book
        bp = Blueprint("api", __name__)
        @bp.get("/books")
        def books():
            return {"n": Book.query.count()}
    """,
    "shop/guards.py": """
        from functools import wraps
        from flask import Blueprint, Flask, abort, g, request
        def check():
            if request.headers.get("X-Key") != "s":
                abort(401)
        def deep():
            check()
        def seen():
            g.seen = True
        def needed(view):
            @wraps(view)
            def inner(*args, **given):
                check()
                return view(*args, **given)
            return inner
        class Guard:
            def __init__(self, app):
                self.app = app
            def __call__(self, environ, start_response):
                if environ.get("HTTP_X_KEY") != "s":
                    start_response("401 Unauthorized", [])
                    return [b""]
                return self.app(environ, start_response)
        class Prefixed(Guard):
            def __call__(self, environ, start_response):
                environ["SCRIPT_NAME"] = ""
                return self.app(environ, start_response)
    """,
    "requirements.txt": "flask\nflask-sqlalchemy\n",
}
APP = """
from flask import Blueprint, Flask
from shop import guards
from shop.api import bp
from shop.models import db

def create_app():
    app = Flask(__name__)
    db.init_app(app)
    app.register_blueprint(bp)
{}
    return app
"""


def made(folder: Path, lines: str, **files: str) -> str:
    """The reasons against the routes, with lines in the function that makes the application."""
    app = APP.format("".join(f"    {line}\n" for line in dedent(lines).strip().splitlines()))
    more = {f"shop/{name}.py": content for name, content in files.items()}
    return reasons(part_of(folder, {**FILES, "shop/app.py": app, **more}))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("bp.before_request(guards.check)", "`guards.check` is its blueprint's `before_request`"),
        ("bp.after_request(guards.seen)", "`guards.seen` is its blueprint's `after_request`"),
        ("app.before_request(guards.deep)", "`guards.deep` runs before every route and may answer"),
        ("@app.before_request\ndef own():\n    return guards.check()", "`own` runs before every"),
        ("if app.debug:\n    app.before_request(lambda: 'no')", "runs before every route"),
        ("other = Blueprint('o', __name__)\nother.before_app_request(guards.check)",
         "`guards.check` runs before every route"),
        ("app.wsgi_app = guards.Guard(app.wsgi_app)", "the application sets `app.wsgi_app`"),
        ("app.view_functions['x'] = guards.needed(app.view_functions['x'])",
         "the application sets `app.view_functions`"),
        ("app.before_request_funcs.setdefault(None, []).append(guards.check)",
         "the application sets `app.before_request_funcs`"),
        ("served = guards.Guard(app)", "`Guard` is around the application and may answer"),
        ("from flask_talisman import Talisman\nTalisman(app)", "`Talisman` is around every route"),
    ],
)  # fmt: skip
def test_what_may_refuse_and_stays_behind_keeps_the_route(
    tmp_path: Path, lines: str, said: str
) -> None:
    imports = "from flask_talisman import Talisman\n" if "Talisman" in lines else ""
    assert said in made(tmp_path, lines, more=imports + "Talisman(None)\n" if imports else "")


PARTS = "from flask_parts import Part, PartError\n"


@pytest.mark.parametrize(
    ("lines", "is_around"),
    [
        ("def pages():\n    part = Part(size=3)\n    return part.text", False),
        ("def refuse():\n    raise PartError('no')", False),
        ("def pages():\n    part = Part(app)\n    return part.text", True),
        ("def pages():\n    part = Part(app=app)\n    return part.text", True),
        ("def pages(self):\n    part = Part(self.app, size=3)\n    return part.text", True),
        ("def pages():\n    part = Part()\n    part.init_app(app)\n    return part.text", True),
        ("def pages():\n    part = Part()\n    keep(part)", True),
        ("def pages():\n    global part\n    part = Part()", True),
        ("part = Part()", True),
    ],
)
def test_what_a_function_makes_for_itself_is_around_nothing(
    tmp_path: Path, lines: str, *, is_around: bool
) -> None:
    found = made(tmp_path, "", more=PARTS + lines)
    assert ("is around every route" in found) == is_around


def test_hooks_of_the_blueprint_that_it_is_nested_in_keep_the_route(tmp_path: Path) -> None:
    parent = """
        from flask import Blueprint
        from shop import guards
        from shop.api import bp
        parent = Blueprint("v1", __name__)
        @parent.before_request
        def first():
            guards.check()
        parent.register_blueprint(bp)
    """
    found = made(tmp_path, "from shop.parent import parent", parent=parent)
    assert "`first` is its blueprint's `before_request`" in found


def test_an_application_of_its_own_class_keeps_the_route(tmp_path: Path) -> None:
    own = """
        from flask import Flask
        class Own(Flask):
            def dispatch_request(self):
                return "no"
    """
    assert "the application's class has its own `dispatch_request`" in made(tmp_path, "", own=own)


@pytest.mark.parametrize(
    "lines",
    [
        "app.before_request(guards.seen)",
        "app.wsgi_app = guards.Prefixed(app.wsgi_app)",
        "from werkzeug.middleware.proxy_fix import ProxyFix\napp.wsgi_app = ProxyFix(app.wsgi_app)",
    ],
)
def test_what_refuses_nothing_keeps_no_route(tmp_path: Path, lines: str) -> None:
    assert made(tmp_path, lines) == ""


@pytest.mark.parametrize(
    "lines",
    [
        "app = create_app()\napp.before_request(check)",
        "app = Guard(create_app())",
    ],
)
def test_what_is_around_an_application_that_goes_along_as_a_whole_keeps_its_routes(
    tmp_path: Path, lines: str
) -> None:
    app = APP.format("    app.before_request(guards.check)\n")
    head = "from shop.app import create_app\nfrom shop.guards import Guard, check\n"
    files = {**FILES, "shop/app.py": app, "wsgi.py": head + lines}
    found = reasons(part_of(tmp_path, files, "shared"))
    assert "may answer by itself, and is not moved (wsgi.py:" in found
    assert "shop/app.py" not in found


def test_a_hook_of_an_application_that_a_call_makes_goes_along(tmp_path: Path) -> None:
    """The application is the one that the module has, and not another one of that call."""
    head = "from shop.app import create_app\nfrom shop.guards import check\napp = create_app()\n"
    hook = "@app.before_request\ndef own():\n    check()\n"
    files = {**FILES, "shop/app.py": APP.format(""), "wsgi.py": head + hook}
    found = part_of(tmp_path, files, "shared")
    assert reasons(found) == ""
    assert "@app.before_request" in found.modules["src/library/moved/wsgi.py"]
    assert found.slice.made == (("from library.moved.wsgi import app",), "app")
