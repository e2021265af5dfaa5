"""Blueprints of Flask: how their paths are put together, and whose hooks run."""

from __future__ import annotations

from pathlib import Path

from mscli.migrate.facts import Facts
from tests.unit.migrate.project import routes, scanned, touched

APP = """
from flask import Blueprint, Flask, current_app, g
from flask_sqlalchemy import SQLAlchemy
from importlib import import_module

db = SQLAlchemy()
pages = Blueprint("pages", __name__)
things = Blueprint("things", __name__)

class Visit(db.Model):
    __tablename__ = "visits"
    id = db.Column(db.Integer, primary_key=True)

class Entry(db.Model):
    __tablename__ = "entries"
    id = db.Column(db.Integer, primary_key=True)

class Secret(db.Model):
    __tablename__ = "secrets"
    id = db.Column(db.Integer, primary_key=True)

@pages.before_request
def count():
    db.session.add(Visit())
    db.session.commit()

@things.before_app_request
def begin():
    g.journal = import_module(current_app.config.get("JOURNAL")).Journal()

@things.teardown_app_request
def end(error):
    g.journal.close()

def secrets():
    return Secret.query.all()

@pages.get("/")
def home():
    return "home"

@things.get("all")
def everything():
    found = [secrets] if current_app.debug else []
    return str([one for one in found if isinstance(one, list)])

def create_app():
    app = Flask(__name__)
    app.config.from_object("config.Config")
    app.register_blueprint(pages)
    app.register_blueprint(things, url_prefix="/things/")
    return app
"""
CONFIG = """
class Config:
    JOURNAL = "journal"
"""
JOURNAL = """
from app import Entry, db

class Journal:
    def close(self):
        db.session.add(Entry())
        db.session.commit()
"""


def facts_of(folder: Path) -> Facts:
    """The application above."""
    return scanned(folder, {"app.py": APP, "config.py": CONFIG, "journal.py": JOURNAL})


def test_a_slash_stands_between_a_prefix_and_a_path(tmp_path: Path) -> None:
    assert routes(facts_of(tmp_path)) == {"GET /", "GET /things/all"}


def test_hooks_of_a_blueprint_without_a_prefix_run_for_its_own_routes(tmp_path: Path) -> None:
    facts = facts_of(tmp_path)
    assert "visits" in touched(facts, "write", "home")
    assert "visits" not in touched(facts, "write", "everything")


def test_what_a_setting_names_is_called_when_a_request_ends(tmp_path: Path) -> None:
    facts = facts_of(tmp_path)
    assert "entries" in touched(facts, "write", "home")


def test_functions_are_not_called_by_what_only_asks_about_them(tmp_path: Path) -> None:
    assert touched(facts_of(tmp_path), "read", "everything") == set()


RESOURCE = """
from flask import Flask
from flask_restful import Api, Resource
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
app = Flask(__name__)
api = Api(app)

class Shop(db.Model):
    __tablename__ = "shops"
    id = db.Column(db.Integer, primary_key=True)

def with_shop(method):
    def wrapper(*args, **kwargs):
        return method(*args, shop=Shop.query.get(1), **kwargs)
    return wrapper

class One(Resource):
    method_decorators = [with_shop]

    def delete(self, shop):
        db.session.delete(shop)

api.add_resource(One, "/one")
"""


def test_what_a_class_puts_around_its_methods_gives_them_what_it_found(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"app.py": RESOURCE})
    assert touched(facts, "read", "One.delete") == {"shops"}
    assert touched(facts, "write", "One.delete") == {"shops"}


HANDLERS = """
from flask import Blueprint, Flask
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
part = Blueprint("part", __name__, url_prefix="/part")

class Thing(db.Model):
    __tablename__ = "things"
    id = db.Column(db.Integer, primary_key=True)

class Handler:
    def process(self):
        return self._answer()

class Things(Handler):
    def _answer(self):
        return str(Thing.query.all())

part.add_url_rule("/things", "things", Things)

def create_app():
    app = Flask(__name__)
    app.register_blueprint(part)
    return app
"""


def test_a_class_of_ones_own_answers_by_the_method_that_it_has(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"app.py": HANDLERS})
    assert touched(facts, "read", "Things.process") == {"things"}


def test_what_a_loop_sets_is_what_it_was_where_nothing_is_taken(tmp_path: Path) -> None:
    code = """
    from flask import Flask
    from flask.views import MethodView

    app = Flask(__name__)

    class Books(MethodView):
        def get(self):
            return ""

    def configure(paths, decorators=None):
        for path, resource in paths:
            view = resource.as_view(resource.__name__)
            for decorator in decorators or []:
                view = decorator(view)
            app.add_url_rule(path, view_func=view)

    configure([("/books", Books), ("/old/books", Books)])
    """
    assert routes(scanned(tmp_path, {"app.py": code})) == {"GET /books", "GET /old/books"}


SPACES = """
from flask import Flask
from flask_restx import Api, Namespace, Resource
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select
from sqlalchemy.orm import column_property

db = SQLAlchemy()

class Lock(db.Model):
    __tablename__ = "locks"
    id = db.Column(db.Integer, db.ForeignKey("users.id"), primary_key=True)

class User(db.Model):
    __tablename__ = "users"
    id = db.Column(db.Integer, primary_key=True)
    is_locked = column_property(select(Lock.id).where(Lock.id == id).exists())

class Tag(db.Model):
    __tablename__ = "tags"
    id = db.Column(db.Integer, primary_key=True)

tagged = db.Table("tagged", db.metadata,
    db.Column("tag", db.Integer, primary_key=True), db.Column("user", db.Integer),
    db.ForeignKeyConstraint(["tag", "user"], ["tags.id", "tags.owner"]))

users, bare = Namespace("Users", description="people"), Namespace("bare")
at, root = Namespace("at", path="/some/where/"), Namespace("root", "the rest", "/")
unmounted = Namespace("unmounted")

def listing(namespace, model, route):
    @namespace.route(f"/{route}")
    class Listing(Resource):
        kind = model
        def get(self): return self.kind.query.all()
        def post(self):
            db.session.add(model())
            db.session.commit()
    return Listing

Users = listing(users, User, "all")
listing(bare, model=Tag, route="tags")

@users.route(":lint")
class Lint(Resource):
    def get(self): return ""

@at.route("/one")
class At(Resource):
    def get(self): return ""

@unmounted.route("/one")
class Unmounted(Resource):
    def get(self): return ""

@root.route("/one")
class Root(Resource):
    def get(self): return ""

app = Flask(__name__)
api = Api(app, prefix="/api")
mine = api.namespace("mine")

@mine.route("/one")
class Mine(Resource):
    def get(self): return ""

api.add_namespace(users, path="/v1/users")
for one in (bare, at, root):
    api.add_namespace(one)
"""


def test_namespaces_have_their_path_their_name_or_what_they_are_added_at(tmp_path: Path) -> None:
    found = routes(scanned(tmp_path, {"app.py": SPACES}))
    assert {line.split(" ")[1] for line in found} == {
        "/api/v1/users/all",
        "/api/v1/users:lint",
        "/api/bare/tags",
        "/api/some/where/one",
        "/api/one",
        "/api/mine/one",
        "/unmounted/one",
    }


def test_a_plain_table_has_keys_of_several_columns(tmp_path: Path) -> None:
    found = {(r.source, r.target) for r in scanned(tmp_path, {"app.py": SPACES}).relations}
    assert ("tagged", "tags") in found


def test_a_class_that_a_function_makes_is_another_one_for_each_call(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"app.py": SPACES})
    of = {(r.method, r.path): r.handler for r in facts.routes}
    assert of["GET", "/api/v1/users/all"] == "app.listing.<locals>.Listing.get"
    assert of["POST", "/api/bare/tags"] == "app.listing.<locals>.Listing.post"
    assert touched(facts, "read", "Listing.get") == {"users", "locks", "tags"}
    assert touched(facts, "write", "Listing.post") == {"users", "tags"}


NAMED = """
from flask import Blueprint

def name_of(module):
    name = module.split(".")[-1]
    if len(name) > 14:
        name = name[:11] + ".."
    return name

part = Blueprint("part", __name__, url_prefix="/" + name_of(__name__))

@part.get("/all")
def everything():
    return ""
"""


def test_names_are_cut_only_where_they_are_too_long(tmp_path: Path) -> None:
    names = ("orders", "organisations_of_all")
    lines = "".join(
        f"from shop.{name} import part\napp.register_blueprint(part)\n" for name in names
    )
    files = {f"shop/{name}.py": NAMED for name in names}
    app = f"from flask import Flask\napp = Flask(__name__)\n{lines}"
    found = routes(scanned(tmp_path, {"shop/__init__.py": "", "shop/main.py": app, **files}))
    assert found == {"GET /orders/all", "GET /organisatio../all"}
