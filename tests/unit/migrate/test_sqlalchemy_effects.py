"""What code does to SQLAlchemy's rows, and what its statements read."""

from __future__ import annotations

from pathlib import Path

import pytest

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


HANGING = (
    ("session.add(Shelf(books=[Book()]))", {"shelves", "books"}),
    ("session.add(Shelf(books=[Book() for _ in data]))", {"shelves", "books"}),
    ("session.add(Shelf(books=[]))", {"shelves"}),
    ("add(Shelf, books=[Book()])", {"shelves", "books"}),
    ("shelf = session.get(Shelf, 1)\nshelf.books = [Book()]", {"books"}),
    ("shelf = session.get(Shelf, 1)\nshelf.books = data['books']", {"books"}),
    ("shelf = session.get(Shelf, 1)\nshelf.books.append(Book())", {"books"}),
    ("session.add(Book(shelf=Shelf()))", {"shelves", "books"}),
    ("session.add(Book(shelf=session.get(Shelf, 1)))", {"books"}),
    ("book = session.get(Book, 1)\nbook.shelf = Shelf()", {"shelves", "books"}),
    ("book = session.get(Book, 1)\nbook.shelf = session.get(Shelf, 1)", {"books"}),
)
ADD = """
def add(model, **values):
    row = model(**values)
    session.add(row)
"""


@pytest.mark.parametrize(("body", "tables"), HANGING)
def test_a_row_that_is_made_is_written_with_what_it_hangs_on(
    tmp_path: Path, body: str, tables: set[str]
) -> None:
    assert accesses(tmp_path, "write", body, ADD) == tables


def test_a_call_on_what_is_injected_and_not_known_is_told(tmp_path: Path) -> None:
    code = """
        from fastapi import Depends, FastAPI

        app = FastAPI()

        def service(name: str):
            return name.service

        @app.get("/")
        def handler(given=Depends(service)):
            return given.everything()
        """
    (told,) = scanned(tmp_path, {"app.py": code}).unresolved
    assert (told.kind, told.what) == ("call", "given.everything()")


@pytest.mark.parametrize("made", ["set()", "set(data.values())", "list()", "frozenset()"])
def test_what_is_put_into_a_collection_is_not_written(tmp_path: Path, made: str) -> None:
    body = f"kept = {made}\nkept.add(session.get(Shelf, 1))"
    assert accesses(tmp_path, "write", body) == set()


def test_a_row_of_another_framework_is_in_no_session(tmp_path: Path) -> None:
    models = "from django.db import models\nclass Note(models.Model): pass\n"
    body = "unknown.add(Note.objects.get())"
    assert accesses(tmp_path, "write", body, models) == set()


PROXIES = """
from sqlalchemy import func, select, insert
from sqlalchemy.ext.associationproxy import association_proxy
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import column_property

class Tag(Base):
    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str]

class Tagging(Base):
    __tablename__ = "taggings"
    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id"), primary_key=True)
    tag: Mapped[Tag] = relationship()

class Paper(Base):
    __tablename__ = "papers"
    id: Mapped[int] = mapped_column(primary_key=True)
    taggings: Mapped[list[Tagging]] = relationship()
    tags = association_proxy("taggings", "tag")
    labels = association_proxy("tags", "label")

    @hybrid_property
    def tagged(self):
        return 1

    @tagged.expression
    def tagged(cls):
        return select(func.count(Tag.id)).scalar_subquery()

class Page(Base):
    __tablename__ = "pages"
    id: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id"))
    paper: Mapped[Paper] = relationship(lazy="joined")

class Folder(Base):
    __tablename__ = "folders"
    id: Mapped[int] = mapped_column(primary_key=True)
    counted = column_property(select(func.count(Tag.id)).scalar_subquery())

Folder.sheets = column_property(select(func.count(Page.id)).scalar_subquery())
"""


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        ("[t.label for t in session.get(Paper, 1).tags]", "read", {"papers", "taggings", "tags"}),
        ("session.get(Paper, 1).tags.append(Tag())", "write", {"taggings", "tags"}),
        ("session.get(Paper, 1).tags = [Tag()]", "write", {"taggings", "tags"}),
        ("session.add(Paper(tags=[]))", "write", {"papers"}),
        ("session.add(Paper(tags=data))", "write", {"papers", "taggings"}),
        ("session.get(Folder, 1)", "read", {"folders", "pages", "tags"}),
        ("session.scalar(select(func.max(Folder.id)))", "read", {"folders"}),
        ("session.scalars(select(Paper.id).where(Paper.tagged > 1))", "read", {"papers", "tags"}),
        ("session.scalars(select(Page))", "read", {"pages", "papers"}),
        ("session.execute(select(Page.id).where(Page.id > 1))", "read", {"pages"}),
        ("session.query(Page.id).filter(Page.id > 1).all()", "read", {"pages"}),
        ("session.execute(Tag.__table__.insert())", "write", {"tags"}),
        ("session.execute(Tag.__table__.insert())", "read", set()),
    ],
)
def test_attributes_that_stand_for_something_else(
    tmp_path: Path, body: str, kind: str, expected: set[str]
) -> None:
    assert accesses(tmp_path, kind, body, PROXIES) == expected


SETTING = """
from sqlalchemy import func
from sqlalchemy.ext.hybrid import hybrid_property
from wtforms import Form, StringField

class BookForm(Form):
    name = StringField()

class Log(Base):
    __tablename__ = "logs"
    id: Mapped[int] = mapped_column(primary_key=True)

class Paper(Base):
    __tablename__ = "papers"
    id: Mapped[int] = mapped_column(primary_key=True)
    _name: Mapped[str] = mapped_column("name")

    @hybrid_property
    def name(self):
        return self._name

    @name.setter
    def name(self, value):
        self._name = value
        session.add(Log())
"""


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        ("BookForm().populate_obj(session.get(Book, 1))", "write", {"books"}),
        ("data['form'].populate_obj(session.get(Book, 1))", "write", {"books"}),
        ("session.get(Paper, 1).name = 'x'", "write", {"papers", "logs"}),
        ("session.get(Paper, 1).name", "write", set()),
        ("session.get(Shelf, 1).awaitable_attrs.books", "read", {"shelves", "books"}),
    ],
)
def test_what_sets_or_gives_attributes_in_another_way(
    tmp_path: Path, body: str, kind: str, expected: set[str]
) -> None:
    assert accesses(tmp_path, kind, body, SETTING) == expected


FLUSHED = """
from sqlalchemy import event, insert

class Log(Base):
    __tablename__ = "logs"
    id: Mapped[int] = mapped_column(primary_key=True)

class Change(Base):
    __tablename__ = "changes"
    id: Mapped[int] = mapped_column(primary_key=True)

@event.listens_for(Session, "before_flush")
def log(flushed, context, instances):
    for row in flushed.new | flushed.dirty:
        if isinstance(row, Shelf):
            flushed.add(Log())

def note(flushed, context):
    flushed.execute(insert(Change))
"""


@pytest.mark.parametrize(
    ("body", "connected", "expected"),
    [
        ("session.add(Shelf())", "", {"shelves", "logs"}),
        ("session.get(Shelf, 1).name = 'x'", "", {"shelves", "logs"}),
        ("session.add(Book())", "", {"books"}),
        ("session.add(Book())", "event.listen(session, 'after_flush', note)", {"books", "changes"}),
    ],
)
def test_what_listens_to_a_session_runs_with_the_rows_that_it_asks_for(
    tmp_path: Path, body: str, connected: str, expected: set[str]
) -> None:
    assert accesses(tmp_path, "write", body, f"{FLUSHED}{connected}\n") == expected


@pytest.mark.parametrize(
    "body",
    [
        "session.get(Book, 1).shelf = session.get(Shelf, 2) or Shelf()",
        "known = {}\nsession.get(Book, 1).shelf = known.get('a') or Shelf()",
        "session.get(Book, 1).shelf = [session.get(Shelf, n) or Shelf() for n in data][0]",
    ],
)
def test_a_row_that_may_be_new_is_written_where_it_is_put_on_another(
    tmp_path: Path, body: str
) -> None:
    assert accesses(tmp_path, "write", body) == {"books", "shelves"}


def test_a_statement_about_one_of_two_tables_may_be_about_either(tmp_path: Path) -> None:
    body = "table = 'books' if data else 'shelves'\nsession.execute(text(f'DELETE FROM {table}'))"
    code = f"{HEAD}from sqlalchemy import text\n@app.post('/')\ndef handler(data: dict):\n"
    code += "".join(f"    {line}\n" for line in body.splitlines())
    found = [a for a in scanned(tmp_path, {"app.py": code}).accesses if a.kind == "write"]
    assert {(a.table, a.confidence) for a in found} == {("books", "likely"), ("shelves", "likely")}
