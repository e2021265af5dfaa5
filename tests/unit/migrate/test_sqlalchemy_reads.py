"""What statements on SQLAlchemy's tables read, and what is read along with rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.migrate.project import ONE_AND_MANY, answering, scanned, touched
from tests.unit.migrate.test_sqlalchemy_effects import accesses

EXPRESSIONS: tuple[tuple[str, set[str]], ...] = (
    ("session.execute(insert(Shelf).values(name='x'))", set()),
    ("session.scalar(select(func.count(Book.id)))", {"books"}),
    ("session.scalar(select(func.count()).select_from(Book))", {"books"}),
    ("session.scalar(select(func.coalesce(func.max(Book.id).label('last'), 0)))", {"books"}),
    ("session.scalar(func.max(Book.id))", {"books"}),
    ("session.query(func.max(Book.id)).scalar()", {"books"}),
    ("session.query(func.count()).select_from(Book).scalar()", {"books"}),
    ("session.scalar(select(exists().where(Book.shelf_id == Shelf.id)))", {"books", "shelves"}),
    ("select(Shelf).where((Shelf.id == 1) & Shelf.books.any(Book.id > 1))", {"books", "shelves"}),
    ("select(Book).where(Book.shelf.has(name='a'))", {"books", "shelves"}),
    ("select(Book).where(Book.shelf == data)", {"books"}),
    ("select(Shelf).options(selectinload(Shelf.books))", {"books", "shelves"}),
    ("select(Shelf).options(lazyload(Shelf.books))", {"shelves"}),
    ("session.get(Shelf, 1, options=[selectinload(Shelf.books)])", {"books", "shelves"}),
    ("update(Shelf).values(name=select(func.max(Book.id)).scalar_subquery())", {"books"}),
    ("update(Shelf).where(Shelf.id == Book.shelf_id).values(name='x')", {"books"}),
    ("session.execute(delete(Book).where(Book.id == 1))", set()),
    ("session.execute(delete(Book).filter_by(id=1).returning(Book)).scalars().all()", set()),
    ("session.execute(Book.__table__.delete().where(Book.id == 1))", set()),
    ("session.execute(Book.__table__.select().where(Book.id == 1))", {"books"}),
)
IMPORTS = """
from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import lazyload, selectinload
"""


@pytest.mark.parametrize(("statement", "tables"), EXPRESSIONS)
def test_what_a_statement_holds_is_read(tmp_path: Path, statement: str, tables: set[str]) -> None:
    assert accesses(tmp_path, "read", statement, IMPORTS) == tables


CHAIN = """
from fastapi import FastAPI
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, joinedload, mapped_column, relationship

class Base(DeclarativeBase): pass
class A(Base):
    __tablename__ = "a"
    id: Mapped[int] = mapped_column(primary_key=True)
class B(Base):
    __tablename__ = "b"
    id: Mapped[int] = mapped_column(primary_key=True)
    a_id: Mapped[int] = mapped_column(ForeignKey("a.id"))
    a: Mapped[A] = relationship(lazy="joined")
class C(Base):
    __tablename__ = "c"
    id: Mapped[int] = mapped_column(primary_key=True)
    b_id: Mapped[int] = mapped_column(ForeignKey("b.id"))
    b: Mapped[B] = relationship(lazy="selectin")
    up_id: Mapped[int] = mapped_column(ForeignKey("c.id"))
    up: Mapped["C"] = relationship(lazy="joined")
class D(Base):
    __tablename__ = "d"
    id: Mapped[int] = mapped_column(primary_key=True)
    c_id: Mapped[int] = mapped_column(ForeignKey("c.id"))
    c: Mapped[C] = relationship(lazy="joined")
class E(Base):
    __tablename__ = "e"
    id: Mapped[int] = mapped_column(primary_key=True)
    d_id: Mapped[int] = mapped_column(ForeignKey("d.id"))
    d: Mapped[D] = relationship()

app, session = FastAPI(), Session(create_engine("sqlite://"))

@app.get("/all")
def along(): return session.scalars(select(D)).all()
@app.get("/told")
def told(): return session.scalars(select(E).options(joinedload(E.d))).all()
@app.get("/plain")
def plain(): return session.scalars(select(E)).all()
"""


@pytest.mark.parametrize(
    ("handler", "tables"), [("along", "abcd"), ("told", "abcde"), ("plain", "e")]
)
def test_what_is_read_along_reads_others_along(tmp_path: Path, handler: str, tables: str) -> None:
    facts = scanned(tmp_path, {"app.py": CHAIN})
    assert touched(facts, "read", f"app.{handler}") == set(tables)


ON_NEW = {
    "new": """
made = A()
for n in range(2):
    made.bs.append(B())
session.add(made)
""",
    "kept": """
made = A()
session.add(made)
session.commit()
return made.bs
""",
    "handed": """
made = A()
for n in range(2):
    print(made.bs)
    session.add(made)
""",
}


@pytest.mark.parametrize(("handler", "tables"), [("new", ""), ("kept", "b"), ("handed", "b")])
def test_what_hangs_on_a_row_that_is_new_is_not_read(
    tmp_path: Path, handler: str, tables: str
) -> None:
    facts = scanned(tmp_path, {"app.py": ONE_AND_MANY + answering(ON_NEW)})
    assert touched(facts, "read", f"of_{handler}") == set(tables)
