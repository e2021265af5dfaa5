"""What FastAPI's handlers are given: aliases of dependencies, sessions that end behind them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.facts import Facts
from tests.unit.migrate.project import scanned, touched
from tests.unit.migrate.slices import part_of, reasons

MODELS = """
    from sqlalchemy import Column, Integer, String, create_engine
    from sqlalchemy.orm import DeclarativeBase, sessionmaker

    Local = sessionmaker(create_engine("sqlite:///shop.db"))

    class Base(DeclarativeBase): ...

    class Book(Base):
        __tablename__ = "books"
        id = Column(Integer, primary_key=True)
        state = Column(String)

    class User(Base):
        __tablename__ = "users"
        id = Column(Integer, primary_key=True)

    def session():
        with Local() as opened:
            yield opened
"""
GIVEN = """
    from typing import Annotated
    from fastapi import Depends
    from sqlalchemy.orm import Session
    from shop.models import Book, User, session

    Opened = Annotated[Session, Depends(session)]

    class Shelf:
        def __init__(self, opened: Opened):
            self.opened = opened

        def all(self):
            return self.opened.query(Book).all()

    def current(opened: Opened) -> User:
        return opened.get(User, 1)

    Current = Annotated[User, Depends(current)]
    AnyShelf = Annotated[Shelf, Depends()]
    type Shelves = Annotated[Shelf, Depends(Shelf)]

    def outer(user: Current):
        return user
"""


def _facts(folder: Path, handlers: str, given: str = GIVEN, models: str = MODELS) -> Facts:
    head = """
    from fastapi import Depends, FastAPI
    from shop import given
    from shop.given import *
    from shop.given import Current as Reader
    from shop.models import Local

    app = FastAPI()
    """
    files = {"shop/__init__.py": "", "shop/models.py": models, "shop/given.py": given}
    return scanned(folder, {**files, "shop/app.py": head + handlers})


@pytest.mark.parametrize(
    ("parameter", "table"),
    [
        ("shelf: AnyShelf", "books"),
        ("shelf: given.AnyShelf", "books"),
        ("shelf: Shelves", "books"),
        ("user: Current", "users"),
        ("user: 'Reader'", "users"),
        ("user: Reader | None = None", "users"),
        ("user = Depends(outer)", "users"),
    ],
)
def test_an_annotation_with_a_name_of_its_own_is_followed(
    tmp_path: Path, parameter: str, table: str
) -> None:
    body = "shelf.all()" if "shelf" in parameter else "user.id"
    handler = f"""
    @app.get("/")
    def show({parameter}):
        return {body}
    """
    assert touched(_facts(tmp_path, handler), "read", "app.show") == {table}


def test_rows_that_an_alias_gives_are_written(tmp_path: Path) -> None:
    handler = """
    @app.post("/")
    def leave(user: Current, opened: Opened):
        opened.delete(user)
    """
    assert touched(_facts(tmp_path, handler), "write", "app.leave") == {"users"}


def test_a_model_of_others_that_a_package_hands_on_keeps_a_route(tmp_path: Path) -> None:
    given = """
    from typing import Annotated
    from fastapi import Depends
    from sqlalchemy.orm import Session
    from shop.models import User, session

    def current():
        return None

    Current = Annotated[User, Depends(current)]
    """
    app = """
    from fastapi import FastAPI
    from shop.given import Current, Session, session, Depends
    from shop.models import Book

    app = FastAPI()

    @app.get("/books")
    def books(user: Current, opened: Session = Depends(session)):
        return opened.query(Book).all()
    """
    files = {
        "requirements.txt": "fastapi==0.115.0\nsqlalchemy==2.0.36\n",
        "shop/__init__.py": "",
        "shop/models/__init__.py": "from shop.models.all import Book, User, session\n",
        "shop/models/all.py": MODELS,
        "shop/given.py": given,
        "shop/app.py": app,
    }
    found = reasons(part_of(tmp_path, files))
    assert "it uses shop.models.all.User, which another service owns" in found
