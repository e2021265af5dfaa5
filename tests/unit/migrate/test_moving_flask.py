"""Which handlers of Flask go along, what goes with them, and why the others stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.migrate.slices import part_of, reasons

APP = """
    from flask import Flask
    from shop.books import shelf
    from shop.database import db

    def create_app():
        app = Flask(__name__)
        db.init_app(app)
        app.register_blueprint(shelf, url_prefix="/v1")
        return app
"""
BOOKS = """
    from flask import Blueprint, jsonify, request

    from shop.database import db
    from shop.models import Book

    shelf = Blueprint("shelf", __name__)

    class Lost(Exception):
        pass

    @shelf.before_request
    def count():
        request.counted = True

    @shelf.errorhandler(Lost)
    def lost(error):
        return jsonify(lost=True), 410

    # One of them.
    @shelf.get("/books/<int:book_id>")
    def book(book_id):
        found = db.session.get(Book, book_id)
        if found is None:
            raise Lost
        return jsonify(title=found.title)  # its title
"""
BOOK = """
    class Book(db.Model):
        __tablename__ = "books"
        id = db.Column(db.Integer, primary_key=True)
        title = db.Column(db.String(80))

    class Lost"""
NAMES = "Blueprint, current_app, g, render_template, session, url_for"
LOGIN = "from flask_login import current_user"
FILES = {
    "shop/__init__.py": APP,
    "shop/books.py": BOOKS,
    "shop/database.py": "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n",
    "shop/models.py": """
        from shop.database import db

        class Author(db.Model):
            __tablename__ = "authors"
            id = db.Column(db.Integer, primary_key=True)

        class Book(db.Model):
            __tablename__ = "books"
            id = db.Column(db.Integer, primary_key=True)
            title = db.Column(db.String(80))
            author_id = db.Column(db.ForeignKey("authors.id"))
            author = db.relationship("Author")
    """,
    "requirements.txt": "flask==3.1.0\nflask-sqlalchemy\nwerkzeug==3.1.3\nflask-login\n",
}


def test_a_blueprint_goes_along_with_its_hooks(tmp_path: Path) -> None:
    found = part_of(tmp_path, FILES)
    assert reasons(found) == ""
    books = found.modules["src/library/moved/books.py"]
    assert "from library.moved.models import Book" in books
    assert "def count" in books
    assert "def lost" in books
    assert "# One of them.\n@shelf.get" in books
    assert "title=found.title)  # its title" in books
    assert "author_id = db.Column(sa.Integer)" in found.modules["src/library/moved/models.py"]
    [router] = found.slice.routers
    assert (router.module, router.router, router.prefix) == ("books", "shelf", "/v1")
    assert found.slice.registering == ("library.moved.books",)
    assert [made.router for made in found.slice.extensions] == ["db"]
    assert found.requirements == ("flask==3.1.0", "flask-sqlalchemy", "werkzeug==3.1.3")


def test_a_module_of_hooks_alone_is_imported_too(tmp_path: Path) -> None:
    hooks = """
        from flask import abort, request
        from shop.books import shelf

        @shelf.before_request
        def check():
            if "X-Key" not in request.headers:
                abort(401)
    """
    factory = APP.replace("from shop.database", "from shop import hooks\n    from shop.database")
    found = part_of(tmp_path, {**FILES, "shop/__init__.py": factory, "shop/hooks.py": hooks})
    assert reasons(found) == ""
    assert "def check" in found.modules["src/library/moved/hooks.py"]
    assert found.slice.registering == ("library.moved.books", "library.moved.hooks")


def test_an_application_object_becomes_a_blueprint(tmp_path: Path) -> None:
    app = BOOKS.replace(
        'Blueprint("shelf", __name__)', "Flask(__name__)\n    db = SQLAlchemy(shelf)"
    )
    app = app.replace("import Blueprint", "import Flask")
    app = app.replace("from shop.database import db", "from flask_sqlalchemy import SQLAlchemy")
    app = app.replace("    from shop.models import Book\n", "").replace("class Lost", BOOK)
    files = {"shop/app.py": app, "requirements.txt": FILES["requirements.txt"]}
    found = part_of(tmp_path, files)
    assert reasons(found) == ""
    moved = found.modules["src/library/moved/app.py"]
    assert 'shelf = Blueprint("shop_app", __name__)\ndb = SQLAlchemy()\n' in moved
    assert "from flask import Blueprint" in moved
    assert "def count" not in moved  # it runs on every request of the monolith, and stays there
    assert "def lost" in moved


NEEDED = {
    "a key of the application's configuration that is put together": (
        "books",
        "found = db",
        "current_app.config; found = db",
    ),
    "the application's configuration (": (
        "books",
        "found = db",
        "current_app.extensions; found = db",
    ),
    "the URL `shelf.lost` is not known": (
        "books",
        "found = db",
        "url_for('shelf.lost'); found = db",
    ),
    "is the template `x`": ("books", "jsonify(title=", "render_template('x', title="),
    "`flask_login` is set up by": ("books", "raise Lost", "raise current_user"),
    "not declared at the top": ("books", '"/books/<int:book_id>"', "PATH"),
    "it uses shop.models.Author": ("models", "Book(db.Model)", "Book(Author)"),
    "the application sets `app.json`": ("__init__", "db.init_app(app)", "app.json = None"),
}


@pytest.mark.parametrize("said", NEEDED)
def test_what_needs_the_monoliths_application_stays(tmp_path: Path, said: str) -> None:
    file, before, after = NEEDED[said]
    text = FILES[f"shop/{file}.py"]
    assert before in text
    text = text.replace(before, after).replace("import Blueprint,", f"import {NAMES},")
    text = text.replace("class Lost", f"{LOGIN}\n    PATH = '/books/<int:book_id>'\n    class Lost")
    found = part_of(tmp_path, {**FILES, f"shop/{file}.py": text})
    assert said in reasons(found)
    assert found.modules == {}


@pytest.mark.parametrize("kind", ["int", "own"])
def test_a_name_of_a_url_is_put_together_where_the_rule_of_each_is_known(
    tmp_path: Path, kind: str
) -> None:
    other = f"@shelf.get('/books/all/<{kind}:x>')\n    def every(x):\n        return url_for(x)\n"
    books = BOOKS.replace("# One of them.", other).replace("request\n", "request, url_for\n", 1)
    found = reasons(part_of(tmp_path, {**FILES, "shop/books.py": books}))
    assert ("it puts the name of a URL together" in found) == (kind == "own")


def test_an_error_that_the_application_answers_is_a_reason(tmp_path: Path) -> None:
    app = APP.replace("import shelf", "import Lost, shelf").replace(
        "db.init_app(app)", "app.register_error_handler(Lost, print)"
    )
    books = BOOKS.replace("@shelf.errorhandler(Lost)", "")
    found = part_of(tmp_path, {**FILES, "shop/__init__.py": app, "shop/books.py": books})
    assert "the application answers its error `Lost` (shop/__init__.py:8)" in reasons(found)


def test_an_answer_of_the_whole_application_is_a_reason(tmp_path: Path) -> None:
    app = APP.replace("db.init_app(app)", "app.register_error_handler(404, lambda e: app)")
    found = part_of(tmp_path, {**FILES, "shop/__init__.py": app})
    assert "the application answers the error `404` (shop/__init__.py:8)" in reasons(found)
    books = BOOKS.replace("@shelf.errorhandler(Lost)", "@shelf.errorhandler(404)")
    assert reasons(part_of(tmp_path, {**FILES, "shop/books.py": books})) == ""


def test_scoped_sessions_end_with_their_request(tmp_path: Path) -> None:
    database = """
        from sqlalchemy import create_engine
        from sqlalchemy.orm import DeclarativeBase, scoped_session, sessionmaker

        engine = create_engine("sqlite://")
        session = scoped_session(sessionmaker(engine))

        class Base(DeclarativeBase):
            pass
    """
    models = """
        from sqlalchemy import Column, Integer, String
        from shop.database import Base

        class Book(Base):
            __tablename__ = "books"
            id = Column(Integer, primary_key=True)
            title = Column(String(80))
    """
    books = BOOKS.replace("import db", "import session").replace("db.session", "session")
    app = APP.replace("    from shop.database import db\n", "").replace("db.init_app(app)", "pass")
    found = part_of(tmp_path, {**FILES, "shop/database.py": database, "shop/models.py": models,
                               "shop/books.py": books, "shop/__init__.py": app})  # fmt: skip
    assert reasons(found) == ""
    [scoped] = found.slice.scoped
    assert (scoped.package, scoped.module, scoped.router) == (
        "library.moved",
        "database",
        "session",
    )


def test_an_extra_of_a_package_brings_the_one_of_its_name(tmp_path: Path) -> None:
    books = BOOKS.replace("class Lost", "import redis\n    R = redis.Redis\n    class Lost")
    books = books.replace("found = db", "R; found = db")
    files = {**FILES, "shop/books.py": books}
    files["requirements.txt"] += "celery[redis]==5.6.3\nmarkdown\n"
    found = part_of(tmp_path, files)
    assert reasons(found) == ""
    assert "celery[redis]==5.6.3" in found.requirements
    assert "markdown" not in found.requirements


def test_what_stands_on_a_package_of_another_age_is_a_reason(tmp_path: Path) -> None:
    pinned = FILES["requirements.txt"] + "SQLAlchemy==1.4.46\n"
    found = part_of(tmp_path, {**FILES, "requirements.txt": pinned})
    assert "it needs `SQLAlchemy==1.4.46`, and the service has sqlalchemy 2" in reasons(found)


def test_a_pinned_package_of_another_age_is_a_reason(tmp_path: Path) -> None:
    pinned = FILES["requirements.txt"] + "sqlalchemy==1.4.46\n"
    books = BOOKS.replace(
        "class Lost", "from sqlalchemy import text\n    T = text('1')\n    class Lost"
    )
    books = books.replace("found = db", "T; found = db")
    found = part_of(tmp_path, {**FILES, "requirements.txt": pinned, "shop/books.py": books})
    assert "it needs `sqlalchemy==1.4.46`, and the service has sqlalchemy 2" in reasons(found)
