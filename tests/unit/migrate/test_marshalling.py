"""What answers ask of rows: `marshal_with`, schemas of responses, response models, claims."""

from __future__ import annotations

import pytest

from mscli.migrate.facts import Facts
from tests.unit.migrate.project import scanned, touched

MODELS = """
    from sqlalchemy import ForeignKey
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
    class Base(DeclarativeBase): pass
    class Shelf(Base):
        __tablename__ = "shelves"
        id: Mapped[int] = mapped_column(primary_key=True)
        books: Mapped[list["Book"]] = relationship(back_populates="shelf")
    class Author(Base):
        __tablename__ = "authors"
        id: Mapped[int] = mapped_column(primary_key=True)
    class Book(Base):
        __tablename__ = "books"
        id: Mapped[int] = mapped_column(primary_key=True)
        shelf_id: Mapped[int] = mapped_column(ForeignKey("shelves.id"))
        author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
        shelf: Mapped["Shelf"] = relationship(back_populates="books")
        author: Mapped["Author"] = relationship()
"""
FLASK = """
    from flask import Flask
    from flask.views import MethodView
    from flask_jwt_extended import JWTManager, create_access_token
    from flask_restful import Api, Resource, fields, marshal, marshal_with
    from flask_smorest import Blueprint
    from marshmallow import Schema, fields as ma
    from sqlalchemy import create_engine, select
    from sqlalchemy.orm import Session
    from models import Author, Book, Shelf

    app = Flask(__name__)
    api = Api(app)
    jwt = JWTManager(app)
    blp = Blueprint("books", __name__)
    session = Session(create_engine("sqlite://"))
    shown = {"id": fields.Integer, "author": fields.String(attribute="author.name"),
             "shelf": fields.Nested({"books": fields.List(fields.Nested({"id": fields.Integer}))})}

    def guard(fn):
        def inner(*args, **kwargs):
            session.get(Author, 1)
            return fn(*args, **kwargs)
        return inner

    @jwt.additional_claims_loader
    def claims(shelf): return {"books": len(shelf.books)}

    class BookResource(Resource):
        method_decorators = {"post": [guard]}
        @marshal_with(shown)
        def get(self): return session.get(Book, 1)
        def post(self): return marshal(session.get(Book, 1), {"shelf": fields.String}), 201
        def delete(self): return {}
    class Books(Resource):
        @marshal_with({"shelf": fields.String})
        def get(self): return session.scalars(select(Book)).all()

    api.add_resource(BookResource, "/book")
    api.add_resource(Books, "/books")

    class ShelfSchema(Schema):
        id = ma.Integer()
        books = ma.List(ma.Nested(lambda: BookSchema))
    class BookSchema(Schema):
        author = ma.Nested("AuthorSchema")
        shelf = ma.Function(lambda book: book.shelf.id)

    @blp.route("/smorest")
    class Smorest(MethodView):
        @blp.response(200, BookSchema(many=True))
        def get(self): return session.scalars(select(Book)).all()
        @blp.response(204)
        def delete(self): session.get(Book, 1)
    @blp.route("/one")
    @blp.response(200, BookSchema)
    def one(): return session.get(Book, 1)
    @app.route("/login", methods=["POST"])
    def login():
        return {"token": create_access_token(session.get(Shelf, 1))}
    app.register_blueprint(blp)
"""
FASTAPI = """
    from typing import Any
    from fastapi import FastAPI
    from pydantic import BaseModel
    from sqlalchemy import create_engine, select
    from sqlalchemy.orm import Session
    from models import Author, Book, Shelf
    app = FastAPI()
    session = Session(create_engine("sqlite://"))
    class AuthorOut(BaseModel):
        id: int
    class BookOut(BaseModel):
        id: int
        author: AuthorOut
    class Page(BaseModel):
        data: list[BookOut]
        count: int
    class Plain(BaseModel):
        data: int
    @app.get("/dict", response_model=Page)
    def told() -> Any:
        return {"data": session.scalars(select(Book)).all(), "count": 1}
    @app.get("/made", response_model=Page)
    def made() -> Any:
        return Page(data=session.scalars(select(Book)).all(), count=1)
    @app.get("/plain", response_model=Plain)
    def plain() -> Any:
        return {"data": session.get(Book, 1)}
"""


@pytest.fixture(scope="module")
def flask(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return scanned(tmp_path_factory.mktemp("flask"), {"models.py": MODELS, "app.py": FLASK})


@pytest.mark.parametrize(
    ("handler", "read"),
    [
        ("BookResource.get", {"books", "authors", "shelves"}),
        ("BookResource.post", {"books", "shelves", "authors"}),
        ("BookResource.delete", set()),
        ("Books.get", {"books", "shelves"}),
        ("Smorest.get", {"books", "authors", "shelves"}),
        ("Smorest.delete", {"books"}),
        (".one", {"books", "authors", "shelves"}),
    ],
)
def test_an_answer_asks_the_rows_for_what_it_shows(
    flask: Facts, handler: str, read: set[str]
) -> None:
    """By fields and schemas of a decorator; one of `method_decorators` is for its method alone."""
    assert touched(flask, "read", handler) == read


def test_who_makes_a_token_asks_for_its_claims(flask: Facts) -> None:
    assert touched(flask, "read", ".login") == {"shelves", "books"}


def test_a_response_model_asks_what_a_mapping_or_another_model_holds(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    facts = scanned(tmp_path_factory.mktemp("api"), {"models.py": MODELS, "app.py": FASTAPI})
    assert touched(facts, "read", ".told") == {"books", "authors"}
    assert touched(facts, "read", ".made") == {"books", "authors"}
    assert touched(facts, "read", ".plain") == {"books"}
