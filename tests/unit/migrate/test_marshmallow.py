"""What marshmallow's schemas read and make; what decorators put on Flask's `g`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.migrate.project import scanned, touched

HEAD = """
from functools import wraps
from flask import Flask, g, request
from flask_sqlalchemy import SQLAlchemy
from marshmallow import Schema, fields, post_load

db = SQLAlchemy()
app = Flask(__name__)

class Shelf(db.Model):
    __tablename__ = "shelves"
    id = db.Column(db.Integer, primary_key=True)
    books = db.relationship("Book", backref="shelf")

class Book(db.Model):
    __tablename__ = "books"
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(20))
    shelf_id = db.Column(db.ForeignKey("shelves.id"))

class BookSchema(Schema):
    id = fields.Int()

class ShelfSchema(Schema):
    id = fields.Int()
    {}

    @post_load
    def make(self, data, **options):
        return Shelf(**data)

    def counted(self, shelf):
        return len(shelf.books)

def fetched(view):
    @wraps(view)
    def inner(*args, **kwargs):
        g.book = Book.query.first()
        return view(*args, **kwargs)
    return inner

@app.post("/")
{}
def handler():
    {}
"""


def touches(tmp_path: Path, kind: str, field: str, body: str, decorator: str = "") -> set[str]:
    facts = scanned(tmp_path, {"app.py": HEAD.format(field, decorator, body)})
    return touched(facts, kind, "handler")


@pytest.mark.parametrize(
    "field",
    [
        "books = fields.Nested(BookSchema, many=True)",
        "books = fields.List(fields.Nested(lambda: BookSchema()))",
        "numbers = fields.Pluck(BookSchema, 'id', many=True, attribute='books')",
        "number = fields.Method('counted')",
        "number = fields.Function(lambda shelf: len(shelf.books))",
    ],
)
@pytest.mark.parametrize(
    "body", ["ShelfSchema().dump(Shelf.query.first())", "ShelfSchema().dump(Shelf.query.all())"]
)
def test_showing_a_row_reads_what_its_fields_lead_to(tmp_path: Path, field: str, body: str) -> None:
    assert touches(tmp_path, "read", field, body) == {"shelves", "books"}


def test_a_field_that_is_not_there_is_not_read(tmp_path: Path) -> None:
    body = "ShelfSchema().dump(Shelf.query.first())"
    assert touches(tmp_path, "read", "", body) == {"shelves"}


def test_what_is_made_of_data_is_written_when_it_is_added(tmp_path: Path) -> None:
    body = "db.session.add(ShelfSchema().load(request.json))"
    assert touches(tmp_path, "write", "", body) == {"shelves"}


def test_what_a_decorator_puts_on_g_is_known_in_the_view(tmp_path: Path) -> None:
    body = "g.book.title = ''"
    assert touches(tmp_path, "write", "", body, "@fetched") == {"books"}
