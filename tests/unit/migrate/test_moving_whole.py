"""Flask on the monolith's database: the application goes along as a whole, or says why not."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from mscli.migrate.apply.services import tailored
from tests.unit.migrate.slices import part_of, reasons

APP = """
    import logging
    import os
    from logging.handlers import RotatingFileHandler
    from flask import Flask
    from shop.config import Config
    from shop.extensions import api, db, login, migrate

    def create_app(config=Config, level="x"):
        app = Flask(__name__, template_folder="pages", static_url_path="/files")
        app.config.from_object("shop.config.Defaults")
        app.config.from_object(config)
        db.init_app(app)
        migrate.init_app(app, db)
        login.init_app(app)
        commands(app)
        blueprints(app)
        app.jinja_env.filters["shout"] = lambda text: text.upper()

        @app.errorhandler(404)
        def lost(error):
            return "lost", 404

        if os.environ.get("LOG"):
            handler = RotatingFileHandler("shop.log")
            handler.setLevel(logging.INFO)
            app.logger.addHandler(handler)
        with app.app_context():
            db.create_all()
        return app

    def commands(app):
        @app.cli.command("seed")
        def seed():
            print(__file__)

    def blueprints(app):
        from shop.books import shelf
        from shop.errors import errors
        app.register_blueprint(shelf, url_prefix="/v1")
        app.register_blueprint(errors)
"""
CONFIG = """
    import os
    HERE = os.path.dirname(__file__)

    class Defaults:
        SIZE = 3

    class Config(Defaults):
        SECRET_KEY = os.environ.get("KEY") or "guess"
        SQLALCHEMY_DATABASE_URI = "sqlite:///" + os.path.join(HERE, "shop.db")
"""
EXTENSIONS = """
    from flask_login import LoginManager
    from flask_migrate import Migrate
    from flask_restful import Api
    from flask_sqlalchemy import SQLAlchemy

    db = SQLAlchemy()
    migrate = Migrate()
    login = LoginManager()
    login.login_view = "auth.login"
    api = Api()
"""
MODELS = """
    from packaging.version import parse
    from shop.extensions import db, login

    parse("1")

    class Author(db.Model):
        __tablename__ = "authors"
        id = db.Column(db.Integer, primary_key=True)

    class Book(db.Model):
        __tablename__ = "books"
        id = db.Column(db.Integer, primary_key=True)
        author_id = db.Column(db.ForeignKey("authors.id"))
        author = db.relationship("Author")

    @login.user_loader
    def load(user_id):
        return db.session.get(Author, user_id)
"""
BOOKS = """
    from flask import Blueprint, current_app, jsonify, render_template
    from flask_login import login_required
    from shop.extensions import db
    from shop.models import Book
    from werkzeug.utils import secure_filename

    shelf = Blueprint("shelf", __name__)

    @shelf.before_request
    def count():
        pass

    @shelf.get("/books/<int:book_id>")
    @login_required
    def book(book_id):
        found = db.session.get(Book, book_id)
        return render_template("book.html", book=found)

    @shelf.get("/authors")
    def authors():
        return jsonify(__file__, "other.html")
"""
ERRORS = """
    from flask import Blueprint
    errors = Blueprint("errors", __name__)

    @errors.app_errorhandler(403)
    def forbidden(error):
        return "no", 403

    @errors.before_request
    def only_here():
        pass
"""
FILES = {
    "wsgi.py": "from shop import create_app\n\napp = create_app(level='y')\n",
    "shop/__init__.py": APP,
    "shop/config.py": CONFIG,
    "shop/extensions.py": EXTENSIONS,
    "shop/models.py": MODELS,
    "shop/books.py": BOOKS,
    "shop/errors.py": ERRORS,
    "shop/pages/book.html": "{{ book.id | shout | anything }} {{ current_user }}",
    "shop/pages/other.html": "other",
    "shop/static/style.css": "p {}",
    "shop/translations/de/LC_MESSAGES/messages.po": "",
    "requirements.txt": "flask\nflask-login\nflask-migrate\nflask-restful\nflask-sqlalchemy\n"
    "packaging\n",
}


def test_an_application_goes_along_as_it_is_set_up(tmp_path: Path) -> None:
    found = part_of(tmp_path, FILES, "shared")
    assert reasons(found) == ""
    made = tailored(found, []).files
    application = made["src/library/legacy/application.py"]
    assert "from library.moved.shop import create_app\n" in application
    assert "made: Flask = create_app(level='y')" in application
    app = found.modules["src/library/moved/shop/__init__.py"]
    assert 'Flask(__name__, static_folder=None, template_folder="../../templates")' in app
    assert 'from_object("library.moved.shop.config.Defaults")' in app
    assert "SIZE = 3" in found.modules["src/library/moved/shop/config.py"]
    assert "def lost(error)" in app
    assert "login_view" in found.modules["src/library/moved/shop/extensions.py"]
    models = found.modules["src/library/moved/shop/models.py"]
    assert "@login.user_loader\ndef load" in models
    assert 'parse("1")' in models  # what a module of models sets up when it is imported
    errors = found.modules["src/library/moved/shop/errors.py"]
    assert "def forbidden" in errors
    assert "def only_here" not in errors
    books = found.modules["src/library/moved/shop/books.py"]
    assert "def count" in books
    assert "def authors" not in books
    assert "library.moved.shop.errors" in found.slice.registering
    assert found.slice.pages.keys() == {"src/library/templates/book.html"}
    compile(application + app, "both.py", "exec")


def test_what_is_for_the_monolith_alone_stays_and_is_told(tmp_path: Path) -> None:
    found = part_of(tmp_path, FILES, "shared")
    app = found.modules["src/library/moved/shop/__init__.py"]
    for name in (
        "create_all",
        "app_context",
        "migrate.init_app",
        "seed",
        "RotatingFileHandler",
        "LOG",
    ):
        assert name not in app
    told = " ".join(found.cuts)
    for code in ("migrate.init_app(app, db)", "db.create_all()", "def seed()"):
        assert f"`{code}`, is for the monolith alone" in told
    assert "flask-migrate" not in found.requirements


def test_no_secret_goes_along_and_no_address(tmp_path: Path) -> None:
    found = part_of(tmp_path, FILES, "shared")
    config = found.modules["src/library/moved/shop/config.py"]
    assert 'SECRET_KEY = os.environ.get("KEY") or None\n' in config
    assert "SQLALCHEMY_DATABASE_URI = database_address()\n" in config
    assert "from library.storage.engine import database_address\n" in config
    assert "__file__" not in config
    given = " ".join(found.environment)
    assert "`KEY`" in given
    assert "`shop/translations/de/LC_MESSAGES/messages.po` is not compiled" in given


def test_texts_in_other_languages_are_beside_the_application(tmp_path: Path) -> None:
    found = part_of(tmp_path, FILES, "shared")
    path = "src/library/moved/shop/translations/de/LC_MESSAGES/messages.po"
    assert found.slice.files == {path: b""}
    assert tailored(found, []).content == found.slice.files


AGAINST = {
    "`SQLALCHEMY_BINDS` has further databases": (
        "shop/config.py", "SIZE = 3", "SQLALCHEMY_BINDS = {}"
    ),
    "`send_file('size')` works with files in the monolith's folder": (
        "shop/config.py", "SIZE = 3", "SIZE = send_file('size')"
    ),
    "it asks for `app.view_functions`": (
        "shop/__init__.py", "login.init_app(app)", "app.config['AT'] = app.view_functions"
    ),
    "it asks for `current_app.import_name`": (
        "shop/books.py", "found = db", "current_app.import_name; found = db"
    ),
    "it asks for `shelf.root_path`": ("shop/books.py", "found = db", "shelf.root_path; found = db"),
    "the environment names the object of its configuration": (
        "shop/__init__.py", "from_object(config)", "from_object(os.environ['CONFIG'])"
    ),
    "object of its configuration (shop/__init__.py:": (
        "shop/__init__.py", "from_object(config)", "from_object({'a': 'x.Y'}[os.environ['A']])"
    ),
    "the application is made with the name of a module": ("wsgi.py", "'y'", "'shop.config'"),
    "`sys.modules.items` finds it by a name that it has no more": (
        "shop/__init__.py", "login.init_app(app)", "import sys; list(sys.modules.items())"
    ),
    "it is not known where the files of `Flask(os.name": (
        "shop/__init__.py", "Flask(__name__", "Flask(os.name"
    ),
    "it asks for `app.url_map.iter_rules`": (
        "shop/__init__.py", "login.init_app(app)", "list(app.url_map.iter_rules())"
    ),
    "`f.save(secure_filename('x'))` works with files in the monolith's folder": (
        "shop/books.py", "found = db", "f.save(secure_filename('x')); found = db"
    ),
}  # fmt: skip


@pytest.mark.parametrize("said", AGAINST)
def test_what_would_be_another_thing_in_a_service_stays(tmp_path: Path, said: str) -> None:
    file, before, after = AGAINST[said]
    assert before in FILES[file]
    files = {**FILES, file: FILES[file].replace(before, after)}
    assert said in reasons(part_of(tmp_path, files, "shared"))


@pytest.mark.parametrize(
    ("said", "why"),
    [("Config", ""), ("'shop.config.Config'", "the environment names the object")],
)
def test_the_environment_may_say_which_of_some_objects(tmp_path: Path, said: str, why: str) -> None:
    asked = "from_object(KINDS[os.environ.get('KIND', 'plain')])"
    files = {
        **FILES,
        "shop/__init__.py": APP.replace("from_object(config)", asked).replace(
            "import Config\n", "import KINDS, Config\n"
        ),
        "shop/config.py": f"{CONFIG}\n    KINDS = {{'plain': {said}}}\n",
    }
    assert reasons(part_of(tmp_path, files, "shared")).partition(" of its")[0] == why


def test_a_statement_registers_a_route_with_an_object_of_the_application(tmp_path: Path) -> None:
    resources = """
        from flask_restful import Resource
        from shop.extensions import api
        from shop.models import Book

        class Books(Resource):
            def get(self):
                return [book.id for book in Book.query.all()]

        api.add_resource(Books, "/api/books")
    """
    app = APP.replace("login.init_app(app)", "login.init_app(app)\n        api.init_app(app)")
    files = {**FILES, "shop/__init__.py": app, "shop/resources.py": resources}
    found = part_of(tmp_path, files, "shared")
    assert reasons(found) == ""
    assert "GET /api/books" in {f"{f.route.method} {f.route.path}" for f in found.fates}
    moved = found.modules["src/library/moved/shop/resources.py"]
    assert 'api.add_resource(Books, "/api/books")' in moved


SPACES = {
    "shop/doc.py": """
        from flask import Blueprint
        from flask_restx import Api
        from shop.spaces import space
        from shop.spaces import other as remarks

        v2 = Blueprint("v2", __name__)
        doc = Api(v2, doc="/doc")
        doc.add_namespace(space, path="/books")
        doc.add_namespace(remarks)

        @doc.errorhandler(ValueError)
        def wrong(error):
            return {}, 422
    """,
    "shop/spaces.py": """
        from flask_restx import Namespace, Resource
        from shop.models import Book

        space = Namespace("books")
        other = Namespace("other")

        @space.route("/<int:book_id>")
        class One(Resource):
            def get(self, book_id):
                return Book.query.get_or_404(book_id).id

        @other.route("/all")
        class Other(Resource):
            def get(self):
                return 1
    """,
}


def test_a_namespace_goes_along_with_what_it_is_added_to(tmp_path: Path) -> None:
    app = APP.replace("from shop.errors", "from shop.doc import v2\n        from shop.errors")
    app = app.replace("(errors)", "(errors)\n        app.register_blueprint(v2, url_prefix='/v2')")
    files = {**FILES, **SPACES, "shop/__init__.py": app}
    files["requirements.txt"] += "flask-restx\n"
    found = part_of(tmp_path, files, "shared")
    assert reasons(found) == ""
    assert "GET /v2/books/{book_id}" in {f"{f.route.method} {f.route.path}" for f in found.fates}
    spaces = found.modules["src/library/moved/shop/spaces.py"]
    assert "class One(Resource)" in spaces
    assert "class Other" not in spaces
    doc = found.modules["src/library/moved/shop/doc.py"]
    assert 'doc.add_namespace(space, path="/books")' in doc
    assert "@doc.errorhandler(ValueError)" in doc


def test_a_namespace_that_nobody_adds_keeps_its_routes(tmp_path: Path) -> None:
    """The scan says them where they would be; no application answers them."""
    files = {**FILES, **SPACES, "requirements.txt": FILES["requirements.txt"] + "flask-restx\n"}
    why = reasons(part_of(tmp_path, files, "shared"))
    assert "its route is not declared at the top of a module" in why


def test_resources_that_a_loop_adds_go_along_with_it(tmp_path: Path) -> None:
    resources = """
        from flask_restful import Resource
        from shop.extensions import api
        from shop.models import Book

        class Books(Resource):
            def get(self):
                return [book.id for book in Book.query.all()]

        for resource, rule in ((Books, "/api/books"),):
            api.add_resource(resource, rule)
    """
    app = APP.replace("login.init_app(app)", "login.init_app(app)\n        api.init_app(app)")
    files = {**FILES, "shop/__init__.py": app, "shop/resources.py": resources}
    found = part_of(tmp_path, files, "shared")
    assert reasons(found) == ""
    assert "api.add_resource(resource" in found.modules["src/library/moved/shop/resources.py"]


def test_all_templates_go_along_where_a_name_is_put_together(tmp_path: Path) -> None:
    books = BOOKS.replace('"book.html"', 'f"{book_id}.html"')
    found = part_of(tmp_path, {**FILES, "shop/books.py": books}, "shared")
    assert reasons(found) == ""
    names = {path.rpartition("/")[2] for path in found.slice.pages}
    assert names == {"book.html", "other.html"}


@pytest.mark.parametrize("takes", [True, False])
def test_what_is_kept_and_taken_out_again_stays(tmp_path: Path, *, takes: bool) -> None:
    """In the service it has the name of another module, so that nobody would take it out."""
    extensions = f"{EXTENSIONS}\n    from flask_caching import Cache\n    cache = Cache()\n"
    books = BOOKS.replace("@login_required", "@cache.cached(timeout=9)")
    books = books.replace("import db\n", "import cache, db\n")
    authors = "cache.delete('x'); return" if takes else "return"
    files = {**FILES, "shop/extensions.py": extensions}
    files["requirements.txt"] += "flask-caching\n"
    files["shop/books.py"] = books.replace("return jsonify", f"{authors} jsonify")
    found = reasons(part_of(tmp_path, files, "shared"))
    assert ("`cache.cached` keeps answers by the name of a module" in found) == takes
    assert takes or found == ""


FOLDERS = {
    "current_app.root_path": 'root_path=monolith_file("shop"), '
    'template_folder=str(files("library") / "templates")',
    "current_app.open_resource('x')": 'root_path=monolith_file("shop")',
    "current_app.instance_path": 'instance_path=monolith_file("instance")',
}


@pytest.mark.parametrize("code", FOLDERS)
def test_folders_of_the_application_are_the_monoliths(tmp_path: Path, code: str) -> None:
    files = {**FILES, "shop/books.py": BOOKS.replace("found = db", f"{code}; found = db")}
    found = part_of(tmp_path, files, "shared")
    assert reasons(found) == ""
    app = found.modules["src/library/moved/shop/__init__.py"]
    assert FOLDERS[code] in app
    assert "from library.monolith import monolith_file\n" in app
    assert "`MONOLITH_ROOT`" in " ".join(found.environment)
    made = tailored(found, []).files
    assert "def monolith_file" in made["src/library/monolith.py"]
    assert 'checks["MONOLITH_ROOT"] = check_files' in made["src/library/app.py"]


def test_files_are_those_of_the_module_in_the_monolith(tmp_path: Path) -> None:
    config = CONFIG.replace("SIZE = 3", 'UPLOADS = os.path.join(HERE, "uploads")')
    code = "f.save(os.path.join(current_app.config['UPLOADS'], secure_filename('x'))); found = db"
    files = {**FILES, "shop/config.py": config}
    files["shop/books.py"] = "import os\n" + dedent(BOOKS).replace("found = db", code)
    found = part_of(tmp_path, files, "shared")
    assert reasons(found) == ""
    moved = found.modules["src/library/moved/shop/config.py"]
    assert 'HERE = os.path.dirname(monolith_file("shop/config.py"))' in moved
    assert "from library.monolith import monolith_file\n" in moved
    assert not {path for path in found.modules if "monolith" in path}


@pytest.mark.parametrize(("mode", "moves"), [("", True), (', "rb"', True), (', "w"', False)])
def test_files_for_browsers_go_along_where_code_reads_one(
    tmp_path: Path, mode: str, *, moves: bool
) -> None:
    code = f"open(current_app.static_folder + '/style.css'{mode}); found = db"
    files = {**FILES, "shop/books.py": BOOKS.replace("found = db", code)}
    found = part_of(tmp_path, files, "shared")
    assert reasons(found) == ""
    is_there = "src/library/moved/shop/static/style.css" in found.slice.files
    assert is_there == moves
    app = found.modules["src/library/moved/shop/__init__.py"]
    assert 'static_url_path="/files"' in app
    assert ("root_path" not in app) == moves  # what is written is the monolith's


def test_a_template_of_an_unknown_folder_is_a_reason(tmp_path: Path) -> None:
    files = {**FILES, "elsewhere/book.html": "book"}
    del files["shop/pages/book.html"]
    assert "no file of the monolith is the template" in reasons(part_of(tmp_path, files, "shared"))
    books = BOOKS.replace("book.html", "of_a_package.html")
    files = {**FILES, "shop/books.py": books}
    assert reasons(part_of(tmp_path / "other", files, "shared")) == ""


def test_a_package_that_comes_with_another_one_needs_no_line(tmp_path: Path) -> None:
    imports = "from werkzeug.security import generate_password_hash\n    from flask_login"
    books = BOOKS.replace("from flask_login", imports).replace(
        "found = db", "generate_password_hash('x'); found = db"
    )
    assert reasons(part_of(tmp_path, {**FILES, "shop/books.py": books}, "shared")) == ""


OBJECT = """
    import os
    from flask import Flask
    from flask_login import LoginManager
    from flask_migrate import Migrate
    from flask_sqlalchemy import SQLAlchemy
    from shop.blueprints import register

    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///" + os.path.dirname(__file__)
    app.config["SIZES"]["small"] = 1
    if os.environ.get("PROXY"):
        app.config["PROXY"] = True
    if os.environ.get("LOGS"):
        app.logger.addHandler(print)
    db = SQLAlchemy(app)
    migrate = Migrate(app, db)
    login = LoginManager(app)
    login.login_view = "enter"
    register(app)
    with app.app_context():
        db.create_all()

    @app.cli.command("seed")
    def seed():
        pass

    @app.shell_context_processor
    def shell():
        return {}

    @app.before_request
    def count():
        pass

    from shop import views

    if __name__ == "__main__":
        app.run()
"""
VIEWS = """
    from flask_login import login_required
    from shop import app, db, login

    class Book(db.Model):
        __tablename__ = "books"
        id = db.Column(db.Integer, primary_key=True)

    @login.user_loader
    def load(user_id):
        return None

    @app.route("/books")
    @login_required
    def books():
        return [book.id for book in Book.query.all()]

    @app.route("/others")
    def others():
        return __file__
"""
BLUEPRINTS = """
    def register(app):
        app.jinja_env.globals["shop"] = "Shop"
"""


def test_an_application_at_the_top_of_a_module_goes_along_with_what_is_said_to_it(
    tmp_path: Path,
) -> None:
    files = {"shop/__init__.py": OBJECT, "shop/views.py": VIEWS, "shop/blueprints.py": BLUEPRINTS}
    files["requirements.txt"] = FILES["requirements.txt"]
    found = part_of(tmp_path, files, "shared")
    assert reasons(found) == ""
    app = found.modules["src/library/moved/__init__.py"]
    assert 'app = Flask(__name__, static_folder=None, template_folder="../templates")' in app
    assert 'app.config["SQLALCHEMY_DATABASE_URI"] = database_address()' in app
    for line in (
        'app.config["SIZES"]["small"] = 1',
        'app.config["PROXY"] = True',
        "db = SQLAlchemy()",
        "login = LoginManager(app)",
        'login.login_view = "enter"',
        "register(app)",
        "def count()",
    ):
        assert line in app, line
    for name in ("Migrate", "create_all", "seed", "shell", "LOGS", "app.run", "import views"):
        assert name not in app, name
    views = found.modules["src/library/moved/views.py"]
    assert "def load" in views
    assert "def others" not in views
    application = tailored(found, []).files["src/library/legacy/application.py"]
    assert "from library.moved import app\n" in application
    assert "    made: Flask = app\n" in application
    assert ".db.init_app(made)" in application
    compile(application + app + views, "all.py", "exec")


@pytest.mark.parametrize(
    "line", ["db.create_all()", "with app.app_context():\n        db.create_all()"]
)
def test_tables_that_a_module_makes_at_its_top_are_for_the_monolith(
    tmp_path: Path, line: str
) -> None:
    books = BOOKS.replace("shelf = Blueprint", f"app = 1\n    {line}\n    shelf = Blueprint")
    found = part_of(tmp_path, {**FILES, "shop/books.py": books}, "shared")
    assert reasons(found) == ""
    assert "create_all" not in found.modules["src/library/moved/shop/books.py"]


BUILT = {
    "wsgi.py": "from shop import app\n",
    "config.py": "SECRET_KEY = 'guess'\nSQLALCHEMY_DATABASE_URI = 'sqlite:///shop.db'\n",
    "shop/__init__.py": """
        from flask import Flask
        from flask_appbuilder import SQLA, AppBuilder

        app = Flask(__name__)
        app.config.from_object("config")
        db = SQLA(app)
        builder = AppBuilder(app, db.session)

        from . import views
    """,
    "shop/models.py": """
        from flask_appbuilder import Model
        from sqlalchemy import Column, Integer

        class Book(Model):
            __tablename__ = "books"
            id = Column(Integer, primary_key=True)
    """,
    "shop/views.py": """
        from flask_appbuilder import ModelView
        from flask_appbuilder.models.sqla.interface import SQLAInterface
        from shop import builder, db
        from shop.models import Book

        class Books(ModelView):
            datamodel = SQLAInterface(Book)

        db.create_all()
        builder.add_view(Books, "Books", category="All")
    """,
    "requirements.txt": "flask-appbuilder\nflask-sqlalchemy\n",
}


def test_pages_that_packages_render_go_along(tmp_path: Path) -> None:
    views = BUILT["shop/views.py"].replace(
        "datamodel = SQLAInterface(Book)",
        "datamodel = SQLAInterface(Book)\n            list_template = 'rows.html'",
    )
    pages = {
        "rows.html": "{% include 'parts.html' %}",
        "parts.html": "{{ 1 }}",
        "appbuilder/base.html": "{% include 'menu.html' %}{{ anything | of_the_package }}",
        "menu.html": "{{ url_for('index') }}",
        "broken.html": "{% include 'parts.html' %}",
    }
    stays = "from flask import render_template\nSHOWN = 'broken.html'\n"
    files = {**BUILT, "shop/views.py": views, "shop/other.py": stays}
    files |= {f"shop/templates/{name}": text for name, text in pages.items()}
    found = part_of(tmp_path, files, "shared")
    assert reasons(found) == ""
    kept = pages.keys() - {"broken.html"}
    assert found.slice.pages.keys() == {f"src/library/templates/{name}" for name in kept}


def test_views_of_an_application_builder_go_along_with_it(tmp_path: Path) -> None:
    found = part_of(tmp_path, BUILT, "shared")
    assert reasons(found) == ""
    assert "GET /books/list/" in {f"{f.route.method} {f.route.path}" for f in found.fates}
    views = found.modules["src/library/moved/shop/views.py"]
    assert 'builder.add_view(Books, "Books", category="All")' in views
    assert "create_all" not in views


def test_what_servers_start_by_custom_is_no_script(tmp_path: Path) -> None:
    files = {"shop/__init__.py": OBJECT, "shop/views.py": VIEWS, "shop/blueprints.py": BLUEPRINTS}
    files["requirements.txt"] = FILES["requirements.txt"]
    files["wsgi.py"] = """
        from shop import app

        @app.after_request
        def marked(answer):
            answer.headers["x-shop"] = "1"
            return answer
    """
    found = part_of(tmp_path, files, "shared")
    assert reasons(found) == ""
    assert 'answer.headers["x-shop"]' in found.modules["src/library/moved/wsgi.py"]
    assert "library.moved.wsgi" in found.slice.registering


def test_what_a_script_says_to_the_application_is_not_said_again(tmp_path: Path) -> None:
    seed = """
        from wsgi import app
        from shop.extensions import db
        from shop.models import Author

        with app.app_context():
            db.session.add(Author())
            db.session.commit()
    """
    found = part_of(tmp_path, {**FILES, "seed.py": seed}, "shared")
    assert reasons(found) == ""
    assert not [path for path in found.modules if path.endswith("seed.py")]
    assert not [name for name in found.slice.registering if name.endswith("seed")]


def test_what_an_entry_of_any_name_says_to_the_application_is_said_again(tmp_path: Path) -> None:
    """A guard goes along with what decorates it."""
    entry = """
        from flask import abort, request
        from shop import app

        @app.before_request
        def refuse():
            if request.headers.get("X-Key") == "bad":
                abort(403)
    """
    files = {"shop/__init__.py": OBJECT, "shop/views.py": VIEWS, "shop/blueprints.py": BLUEPRINTS}
    files["requirements.txt"] = FILES["requirements.txt"]
    found = part_of(tmp_path, {**files, "start_shop.py": entry}, "shared")
    assert reasons(found) == ""
    assert "@app.before_request" in found.modules["src/library/moved/start_shop.py"]
    assert "library.moved.start_shop" in found.slice.registering
