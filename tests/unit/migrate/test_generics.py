"""Type parameters: what a generic repository is a repository of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.migrate.project import scanned, touched

MODELS = """
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase): pass

class Shelf(Base):
    __tablename__ = "shelves"
    id: Mapped[int] = mapped_column(primary_key=True)

class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    pages: Mapped[int]
"""
REPOSITORY = """
from typing import Generic, TypeVar, get_args

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from models import Base, Book, Shelf

M = TypeVar("M", bound=Base)
K = TypeVar("K")

class Repository(Generic[K, M]):
    model: type[M]

    def __init_subclass__(cls) -> None:
        cls.model = get_args(cls.__orig_bases__[0])[-1]

    def __init__(self, session: Session) -> None:
        self.session = session

    def get(self, key: K) -> M:
        return self.session.get(self.model, key)

    def touch(self, row: M) -> None:
        row.pages = 1

    @classmethod
    def everything(cls, session: Session) -> list[M]:
        return session.scalars(select(cls.model)).all()

class ByNumber(Repository[int, M]):
    pass

class Books(ByNumber[Book]):
    pass

class Shelves(Repository[int, Shelf]):
    pass
"""
HANDLER = """
from fastapi import FastAPI

from repository import Books, Session, Shelves, create_engine

app = FastAPI()
session = Session(create_engine("sqlite://"))

@app.post("/")
def handler(data: dict):
    {}
"""


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        ("Books(session).get(1)", "read", {"books"}),
        ("Shelves(session).get(1)", "read", {"shelves"}),
        ("Books.everything(session)", "read", {"books"}),
        ("Shelves.everything(session)", "read", {"shelves"}),
        ("Books(session).get(1).pages = 2", "write", {"books"}),
        ("Books(session).touch(data)", "write", {"books"}),
    ],
)
def test_a_type_parameter_is_what_the_subclass_says(
    tmp_path: Path, body: str, kind: str, expected: set[str]
) -> None:
    files = {"models.py": MODELS, "repository.py": REPOSITORY, "app.py": HANDLER.format(body)}
    assert touched(scanned(tmp_path, files), kind, "handler") == expected
