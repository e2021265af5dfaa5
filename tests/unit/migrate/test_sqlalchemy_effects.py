"""What code does to SQLAlchemy's rows, and what its statements read."""

from __future__ import annotations

from pathlib import Path

from tests.unit.migrate.project import scanned, touched

HEAD = """
from fastapi import FastAPI
from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

class Base(DeclarativeBase): pass

class Shelf(Base):
    __tablename__ = "shelves"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list["Book"]] = relationship(back_populates="shelf")

class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    shelf_id: Mapped[int] = mapped_column(ForeignKey("shelves.id"))
    shelf: Mapped[Shelf] = relationship(back_populates="books")

app = FastAPI()
session = Session(create_engine("sqlite://"))
"""


def accesses(tmp_path: Path, kind: str, body: str, imports: str = "") -> set[str]:
    """The tables that a handler of this body reads or writes."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    code = f"{HEAD}{imports}\n@app.post('/')\ndef handler(data: dict):\n{lines}\n"
    return touched(scanned(tmp_path, {"app.py": code}), kind, "handler")


def test_columns_that_are_set_by_name_are_written(tmp_path: Path) -> None:
    loop = "shelf = session.get(Shelf, 1)\nfor name in data:\n    setattr(shelf, name, data[name])"
    assert accesses(tmp_path, "write", loop) == {"shelves"}


def test_an_attribute_that_is_no_column_is_not_written(tmp_path: Path) -> None:
    body = "shelf = session.get(Shelf, 1)\nsetattr(shelf, 'shown', 1)"
    assert accesses(tmp_path, "write", body) == set()
