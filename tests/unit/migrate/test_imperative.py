"""Classes of SQLAlchemy that a call maps to a table, wherever it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.store import Store
from tests.unit.migrate.project import scanned, touched
from tests.unit.migrate.slices import part_of, reasons

TABLES = """
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, create_engine
from sqlalchemy.orm import registry, sessionmaker

metadata = MetaData()
mapping = registry(metadata=metadata)
books = Table("books", metadata, Column("id", Integer, primary_key=True), Column("name", String(9)))
loans = Table("loans", metadata, Column("id", Integer, primary_key=True),
              Column("book_id", ForeignKey("books.id")))
Session = sessionmaker(create_engine("sqlite://"))
"""
DOMAIN = """
class Book:
    def __init__(self, name):
        self.name = name

class Loan:
    def __init__(self, book):
        self.book = book
"""
APP = """
from fastapi import FastAPI
from tables import Session
from domain import Book, Loan
from mappers import start

app = FastAPI()
start()

@app.post("/books")
def lend():
    with Session.begin() as session:
        session.add(Loan(session.get(Book, 1)))

@app.put("/books")
def rename():
    with Session.begin() as session:
        session.query(Loan).first().book.name = "x"
"""
MAPPERS = {
    "registry": "mapping.map_imperatively(Book, books)\n    mapping.map_imperatively("
    "Loan, loans, properties={'book': relationship(Book, backref='loans')})",
    "mapper": "mapper(Book, books)\n    mapper(Loan, loans, properties={"
    "'book': relationship(Book, backref='loans')})",
}
HEAD = "from sqlalchemy.orm import mapper, relationship\nfrom tables import books, loans, mapping\n"


def files(how: str) -> dict[str, str]:
    mappers = f"{HEAD}from domain import Book, Loan\n\ndef start():\n    {MAPPERS[how]}\n"
    return {
        "tables.py": TABLES,
        "domain.py": DOMAIN,
        "mappers.py": mappers,
        "app.py": APP,
        "requirements.txt": "fastapi\nsqlalchemy\n",
    }


@pytest.mark.parametrize("how", ["registry", "mapper"])
def test_a_class_is_a_table_by_a_call(tmp_path: Path, how: str) -> None:
    facts = scanned(tmp_path, files(how))
    assert {(t.table, t.model) for t in facts.tables} == {
        ("books", "domain.Book"),
        ("loans", "domain.Loan"),
    }
    assert touched(facts, "read", "lend") == {"books"}
    assert touched(facts, "write", "lend") == {"loans"}
    assert touched(facts, "write", "rename") == {"books"}


@pytest.mark.parametrize("store", ["own", "shared"])
def test_its_code_stays_for_no_service_makes_the_call(tmp_path: Path, store: Store) -> None:
    why = reasons(part_of(tmp_path, files("registry"), store))
    assert "a call maps `domain.Book` to its table, when it starts (tables.py:7)" in why
