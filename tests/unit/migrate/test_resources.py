"""Paths of resources that are put together, and names imported from where a package keeps them."""

from __future__ import annotations

from pathlib import Path

from mscli.migrate.facts import Facts
from tests.unit.migrate.project import routes, scanned, touched

STORE = """
from flask.globals import g
from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base
from sqlalchemy.orm.scoping import scoped_session
from sqlalchemy.orm import sessionmaker

Base = declarative_base()
Session = scoped_session(sessionmaker())

class Book(Base):
    __tablename__ = "books"
    id = Column(Integer, primary_key=True)

def session():
    if "session" not in g:
        g.session = Session()
    return g.session
"""
BOOKS = """
from flask_restful import Api, Resource
from shop.store import Book, session

module_name = __name__.split(".")[-1]

def setup(api: Api, base: str, folder: str, services: dict) -> None:
    path = "/".join([base, module_name])
    api.add_resource(Books, path, methods=("GET",), resource_class_kwargs=services)
    api.add_resource(Stock, "/".join([folder, "stock"]))
    api.add_resource(Lost, where())
    place = "/open"
    if services.get("closed"):
        place = "/closed"
    api.add_resource(Lost, base + place)

class Books(Resource):
    def get(self):
        return [book.id for book in session().query(Book)]
    def post(self):
        return {}

class Stock(Resource):
    def get(self):
        return {}

class Lost(Resource):
    def get(self):
        return {}
"""
APP = """
from importlib import import_module
from flask import Flask
from flask_restful import Api
from context import Context

class Shop:
    def __init__(self, context: Context) -> None:
        self.app = Flask(__name__)
        self.api = Api(self.app)
        for name in ["books"]:
            module = import_module("shop." + name)
            module.setup(self.api, "/api", context.config["folder"], {"api": self.api})

app = Shop(Context.read()).app
"""


def _facts(project: Path) -> Facts:
    files = {"shop/store.py": STORE, "shop/books.py": BOOKS, "shop/main.py": APP}
    return scanned(project, {"shop/__init__.py": "", **files})


def test_a_path_that_is_joined_is_known_and_what_is_not_known_of_it_is_left_open(
    tmp_path: Path,
) -> None:
    assert routes(_facts(tmp_path)) == {
        "GET /api/books",  # its methods are given: POST is none of them
        "GET /{}/stock",
        "GET /{}",
        "GET /api/open",  # one or the other
        "GET /api/closed",
    }


def test_g_and_a_session_are_what_they_are_wherever_they_are_imported_from(tmp_path: Path) -> None:
    assert touched(_facts(tmp_path), "read", "shop.books.Books.get") == {"books"}
