"""What a delete takes along by SQLAlchemy's relationships, and by the keys of the database."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.migrate.project import scanned, touched

MODELS = """
from fastapi import FastAPI
from sqlalchemy import Column, ForeignKey, Integer, create_engine, delete
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

class Base(DeclarativeBase): pass

class Shelf(Base):
    __tablename__ = "shelves"
    id: Mapped[int] = mapped_column(primary_key=True)
    books: Mapped[list["Book"]] = relationship({told})

class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    shelf_id{column}

class Page(Base):
    __tablename__ = "pages"
    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id", ondelete="CASCADE"))

app = FastAPI()
session = Session(create_engine("sqlite://"))

@app.delete("/")
def handler():
    {statement}
"""
ONE = "session.delete(session.get(Shelf, 1))"
REQUIRED = ': Mapped[int] = mapped_column(ForeignKey("shelves.id"))'
OPTIONAL = ': Mapped[int | None] = mapped_column(ForeignKey("shelves.id"))'
BY_DATABASE = ': Mapped[int] = mapped_column(ForeignKey("shelves.id", ondelete="CASCADE"))'
EMPTIED = ': Mapped[int | None] = mapped_column(ForeignKey("shelves.id", ondelete="SET NULL"))'


def found(tmp_path: Path, kind: str, told: str, column: str, statement: str = ONE) -> set[str]:
    code = MODELS.format(told=told, column=column, statement=statement)
    return touched(scanned(tmp_path, {"app.py": code}), kind, "handler")


@pytest.mark.parametrize(
    ("told", "column", "written"),
    [
        ("", OPTIONAL, {"shelves", "books"}),
        ("", REQUIRED, {"shelves"}),
        ("", ' = Column(Integer, ForeignKey("shelves.id"), nullable=False)', {"shelves"}),
        ("", ' = Column(Integer, ForeignKey("shelves.id"), nullable=True)', {"shelves", "books"}),
        ("viewonly=True", OPTIONAL, {"shelves"}),
        ("viewonly=True, cascade='all'", OPTIONAL, {"shelves"}),
        ("passive_deletes=True", OPTIONAL, {"shelves"}),
        ("passive_deletes=True", BY_DATABASE, {"shelves", "books", "pages"}),
        ("cascade='all, delete-orphan'", REQUIRED, {"shelves", "books", "pages"}),
    ],
)
def test_a_row_takes_along_what_it_can(
    tmp_path: Path, told: str, column: str, written: set[str]
) -> None:
    assert found(tmp_path, "write", told, column) == written


def test_rows_that_cannot_do_without_are_looked_for(tmp_path: Path) -> None:
    assert "books" in found(tmp_path, "read", "", REQUIRED)


@pytest.mark.parametrize(
    "statement",
    ["session.query(Shelf).filter_by(id=1).delete()", "session.execute(delete(Shelf))"],
)
@pytest.mark.parametrize(
    ("column", "written"),
    [
        (BY_DATABASE, {"shelves", "books", "pages"}),
        (EMPTIED, {"shelves", "books"}),
        (OPTIONAL, {"shelves"}),
    ],
)
def test_a_statement_takes_along_what_the_database_does(
    tmp_path: Path, statement: str, column: str, written: set[str]
) -> None:
    assert found(tmp_path, "write", "cascade='all'", column, statement) == written
    assert "books" not in found(tmp_path, "read", "cascade='all'", column, statement)
