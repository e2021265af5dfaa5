"""What Flask and its extensions do that no handler says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.migrate.project import routes, scanned, touched

APP = """
from flask import Blueprint, Flask, g
from flask_login import UserMixin, current_user
from flask_restful import Api, Resource
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
part = Blueprint("part", __name__, url_prefix="/part")
api = Api(part)

class User(db.Model, UserMixin):
    __tablename__ = "users"
    id = db.Column(db.Integer, primary_key=True)
    seen = db.Column(db.Integer)

class Shelf(db.Model):
    __tablename__ = "shelves"
    id = db.Column(db.Integer, primary_key=True)

class Book(db.Model):
    __tablename__ = "books"
    __versioned__ = {}
    id = db.Column(db.Integer, primary_key=True)
    shelf_id = db.Column(db.ForeignKey("shelves.id"))
    shelf = db.relationship("Shelf", lazy="joined")
    pages = db.relationship("Page", cascade="all, delete-orphan")

class Page(db.Model):
    __tablename__ = "pages"
    id = db.Column(db.Integer, primary_key=True)
    book_id = db.Column(db.ForeignKey("books.id"))

@part.before_request
def seen():
    current_user.seen = 1
    db.session.commit()

@part.url_value_preprocessor
def pull(endpoint, values):
    g.book = db.session.get(Book, 1)

class Books(Resource):
    def get(self):
        return Book.query.all()

    def delete(self):
        db.session.delete(g.book)

api.add_resource(Books, "/books")

def create_app():
    app = Flask(__name__)
    app.register_blueprint(part)
    return app
"""


def test_an_api_on_a_blueprint_has_its_prefix(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"app.py": APP})
    assert routes(facts) == {"GET /part/books", "DELETE /part/books"}


def test_who_is_logged_in_is_a_row_that_may_be_written(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"app.py": APP})
    assert "users" in touched(facts, "write", "Books.get")


def test_what_is_read_with_every_row_is_read(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"app.py": APP})
    assert touched(facts, "read", "Books.get") >= {"books", "shelves"}


def test_a_row_that_was_put_on_the_request_is_deleted_with_what_hangs_on_it(
    tmp_path: Path,
) -> None:
    facts = scanned(tmp_path, {"app.py": APP})
    written = touched(facts, "write", "Books.delete")
    assert {"books", "pages", "books_version", "transaction"} <= written
    assert "pages" in touched(facts, "read", "Books.delete")


def test_a_table_between_two_that_keep_versions_keeps_them_too(tmp_path: Path) -> None:
    between = """
book_authors = db.Table(
    "book_authors",
    db.Column("book_id", db.ForeignKey("books.id")),
    db.Column("author_id", db.ForeignKey("authors.id")),
)

class Author(db.Model):
    __tablename__ = "authors"
    __versioned__ = {}
    id = db.Column(db.Integer, primary_key=True)
    books = db.relationship("Book", secondary=book_authors)

class Authors(Resource):
    def post(self):
        db.session.add(Author())
        db.session.commit()

api.add_resource(Authors, "/authors")

def create_app():
"""
    facts = scanned(tmp_path, {"app.py": APP.replace("def create_app():\n", between)})
    assert "book_authors_version" in {table.table for table in facts.tables}
    assert "authors_version" in touched(facts, "read", "Authors.post")


def test_a_view_is_made_with_what_as_view_is_told_after_its_name(tmp_path: Path) -> None:
    of_any = """
from flask.views import MethodView

class Any(MethodView):
    def __init__(self, model):
        self.model = model

    def get(self):
        return str(self.model.query.all())

part.add_url_rule("/shelves", view_func=Any.as_view("shelves", Shelf))

def create_app():
"""
    facts = scanned(tmp_path, {"app.py": APP.replace("def create_app():\n", of_any)})
    assert "shelves" in touched(facts, "read", "Any.get")


def test_what_a_proxy_stands_for_is_read_and_written(tmp_path: Path) -> None:
    proxy = """
from werkzeug.local import LocalProxy

shelf = LocalProxy(lambda: db.session.get(Shelf, 1))

class Book(Resource):
    def post(self):
        shelf.id = 2

api.add_resource(Book, "/shelf")

def create_app():
"""
    facts = scanned(tmp_path, {"app.py": APP.replace("def create_app():\n", proxy)})
    assert "shelves" in touched(facts, "write", "Book.post")


@pytest.mark.parametrize(
    "page",
    [
        "Post.query.paginate(page=1)",
        "Post.query.paginate(page=1).items",
        "db.paginate(db.select(Post))",
        "db.paginate(db.select(Post)).items",
        "User.query.first().posts.order_by(Post.id).paginate(page=1).items",
    ],
)
def test_a_page_of_rows_has_rows(tmp_path: Path, page: str) -> None:
    code = f"""
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)

class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    posts = db.relationship("Post", lazy="dynamic")

class Post(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.ForeignKey("user.id"))
    tags = db.relationship("Tag")

class Tag(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    post_id = db.Column(db.ForeignKey("post.id"))

@app.get("/")
def handle():
    return [tag.id for post in {page} for tag in post.tags]
"""
    facts = scanned(tmp_path, {"app.py": code})
    assert touched(facts, "read", "handle") >= {"post", "tag"}
