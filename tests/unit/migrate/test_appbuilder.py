"""Applications with Flask-AppBuilder: its tables, its security manager, who may see its pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.facts import Facts
from tests.unit.migrate.project import routes, scanned, touched

PARTS = """
from flask_appbuilder import AppBuilder
from flask_sqlalchemy import SQLAlchemy
from werkzeug.local import LocalProxy

db = SQLAlchemy()
builder = AppBuilder()
security = LocalProxy(lambda: builder.sm)
_parts: dict = {}
journal = LocalProxy(lambda: _parts.get("journal"))
"""

MODELS = """
from flask_appbuilder import Model
from flask_appbuilder.models.mixins import AuditMixin
from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.ext.declarative import declared_attr
from sqlalchemy.orm import relationship

from parts import security

owners = Table(
    "book_owner",
    Model.metadata,
    Column("book_id", ForeignKey("books.id")),
    Column("user_id", ForeignKey("ab_user.id")),
)

class Shelved:
    @declared_attr
    def shelf_id(cls):
        return Column(Integer, ForeignKey("shelves.id"))

    @declared_attr
    def shelf(cls):
        return relationship("Shelf")

class Shelf(Model):
    __tablename__ = "shelves"
    id = Column(Integer, primary_key=True)

class Book(AuditMixin, Shelved, Model):
    __tablename__ = "books"
    id = Column(Integer, primary_key=True)
    owners = relationship(security.user_model, secondary=owners)

class Entry(Model):
    __tablename__ = "journal"
    id = Column(Integer, primary_key=True)
"""

JOURNAL = """
import functools
from contextlib import contextmanager
from typing import cast

class Base:
    @contextmanager
    def around(self):
        yield
        self.log()

    def note(self, f):
        @functools.wraps(f)
        def wrapper(*args, **kwargs):
            with self.around():
                return f(*args, **kwargs)
        return wrapper

class Journal(Base):
    def log(self):
        from models import Entry
        from parts import db

        db.session.add(Entry())

def chosen(value) -> Base:
    return cast(Base, value)
"""

CONFIG = """
from journal import Journal

JOURNAL = Journal()
WATCHED = True
"""

VIEWS = """
import functools

from flask_appbuilder import BaseView, IndexView, expose
from flask_appbuilder.api import ModelRestApi, protect
from flask_appbuilder.models.filters import BaseFilter
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_appbuilder.security.sqla.apis import RoleApi
from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_appbuilder.security.views import AuthView

from models import Book, Entry, Shelf, owners
from parts import db, journal, security

class Roles(RoleApi):
    def pre_delete(self, item):
        db.session.add(Entry())

class Manager(SecurityManager):
    role_api = Roles

    def allows(self, book):
        return self.has_access("can_read", "Book")

def found(f):
    def wraps(self, pk):
        return f(self, self.datamodel.get(pk))

    return functools.update_wrapper(wraps, f)

class Pages:
    GET = "get"
    POST = "post"
    LISTED = "get_list"
    READING = {GET, LISTED}

class Books(ModelRestApi):
    resource_name = "books"
    datamodel = SQLAInterface(Book)
    include_route_methods = Pages.READING | {"shelf"}

    @expose("/shelf/<int:pk>")
    @protect()
    @journal.note
    def shelf(self, pk):
        return db.session.get(Book, pk).shelf

class OwnOnly(BaseFilter):
    def apply(self, query, value):
        return query.filter(Book.id.in_(db.session.query(owners.c.book_id)))

class All(ModelRestApi):
    resource_name = "all"
    datamodel = SQLAInterface(Book)
    exclude_route_methods = {"delete"}
    base_filters = [["id", OwnOnly, lambda: []]]
    show_columns = ["id", "shelf.name"]

    @expose("/one/<int:pk>")
    def one(self, pk):
        return self.datamodel.get(pk, self._base_filters).shelf

    @expose("/any/<int:pk>")
    @found
    def any(self, book):
        return book.id

    @expose("/any/<int:pk>", methods=["DELETE"])
    @found
    def none(self, book):
        return self.datamodel.delete(book)

    def post_headless(self):
        db.session.add(Entry())
        return super().post_headless()

class First(IndexView):
    @expose("/")
    def index(self): ...

class Entrance(BaseView, AuthView):
    route_base = "/enter"

    @expose("/")
    def login(self): ...

class Open(BaseView):
    route_base = "/open"

    @expose("/owners")
    def owners(self):
        return [owner.first_name for owner in db.session.get(Book, 1).owners]

    @expose("/allowed")
    def allowed(self):
        return security.allows(1)

    @expose("/watched")
    def watched(self):
        if self.app.config.get("WATCHED", False):
            return db.session.query(Shelf).all()

    @expose("/new", methods=["POST"])
    def new(self):
        return security.add_role("reader")
"""

APP = """
from flask import Flask

from journal import Journal, chosen
from parts import _parts, builder

class Setup:
    def __init__(self, app):
        self.app = app

    def all(self):
        from views import All, Books, Entrance, First, Open

        _parts["journal"] = chosen(self.app.config.get("JOURNAL", Journal()))
        builder.add_api(Books)
        builder.add_api(All)
        builder.add_view_no_menu(Open)
        builder.add_view_no_menu(Entrance)
        builder.indexview = First

def create_app():
    app = Flask(__name__)
    Setup(app).all()
    return app
"""


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    files = {"parts": PARTS, "models": MODELS, "journal": JOURNAL, "config": CONFIG}
    files |= {"views": VIEWS, "app": APP}
    folder: Path = tmp_path_factory.mktemp("library")
    return scanned(folder, {f"{name}.py": code for name, code in files.items()})


def test_only_pages_that_a_view_includes_are_routes(facts: Facts) -> None:
    books = {route for route in routes(facts) if " /api/v1/books/" in route}
    assert books == {
        "GET /api/v1/books/",
        "GET /api/v1/books/{pk}",
        "GET /api/v1/books/shelf/{pk}",
    }
    assert {"POST /api/v1/all/", "PUT /api/v1/all/{pk}"} <= routes(facts)
    assert "DELETE /api/v1/all/{pk}" not in routes(facts)


def test_an_interface_that_the_security_manager_names_is_registered(facts: Facts) -> None:
    roles = "/api/v1/security/roles"
    assert {f"GET {roles}/", f"PUT {roles}/{{role_id}}/users"} <= routes(facts)
    assert "journal" in touched(facts, "write", "Roles.delete")


def test_tables_of_the_package_are_the_frameworks_and_lead_to_one_another(facts: Facts) -> None:
    origins = {table.table: table.origin for table in facts.tables}
    assert origins["ab_user"] == origins["ab_user_role"] == "framework"
    assert origins["book_owner"] == "table"
    known = {(r.source, r.name, r.target, r.through) for r in facts.relations}
    assert known == {
        ("book_owner", "book_id", "books", ""),
        ("book_owner", "user_id", "ab_user", ""),
        ("books", "changed_by_fk", "ab_user", ""),
        ("books", "created_by_fk", "ab_user", ""),
        ("books", "owners", "ab_user", "book_owner"),
        ("books", "shelf_id", "shelves", ""),
    }


def test_relationships_of_mix_ins_and_to_the_packages_users_are_read(facts: Facts) -> None:
    assert {"books", "shelves"} <= touched(facts, "read", "Books.shelf")
    assert touched(facts, "read", "Open.owners") == {"books", "book_owner", "ab_user"}


def test_who_may_see_a_page_is_read_where_a_decorator_asks(facts: Facts) -> None:
    assert {"ab_user", "ab_role", "ab_permission_view"} <= touched(facts, "read", "Books.shelf")
    assert {"ab_user", "books"} <= touched(facts, "read", "All.get_list")
    assert {"ab_user", "ab_view_menu"} <= touched(facts, "read", "Open.allowed")
    assert "ab_role" not in touched(facts, "read", "Open.owners")
    assert touched(facts, "write", "Open.new") == {"ab_role"}


def test_what_the_setting_up_puts_away_is_found_by_who_asks_for_it(facts: Facts) -> None:
    assert touched(facts, "write", "Books.shelf") == {"journal"}


def test_pages_that_are_brought_read_what_they_show_and_what_filters_ask(facts: Facts) -> None:
    known = {"books", "shelves", "book_owner"}
    assert touched(facts, "read", "All.get") & known == known
    assert touched(facts, "read", "All.get_list") & known == {"books", "book_owner"}
    assert touched(facts, "read", "Books.get_list") & known == {"books"}
    assert touched(facts, "write", "All.post") == {"books", "journal"}


def test_a_default_decides_nothing_where_a_setting_is_said(facts: Facts) -> None:
    assert touched(facts, "read", "Open.watched") == {"shelves"}


def test_an_interface_to_a_table_finds_and_changes_its_rows(facts: Facts) -> None:
    assert touched(facts, "read", "views.All.one") == {"books", "shelves", "book_owner"}
    assert touched(facts, "read", "views.All.any") == {"books"}
    assert "books" in touched(facts, "write", "views.All.none")
    assert touched(facts, "write", "views.All.one") == set()


def test_the_first_page_and_the_entrance_are_where_the_package_has_them(facts: Facts) -> None:
    assert {"GET /", "GET /enter/", "GET /enter/logout/"} <= routes(facts)
