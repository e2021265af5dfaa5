"""Transactions: what a decorator or a function of its own commits, and for whom."""

from __future__ import annotations

from pathlib import Path

from tests.unit.migrate.project import scanned

APPLICATION = """
import functools

from flask import Flask
from sqlalchemy import Column, Integer, create_engine
from sqlalchemy.orm import declarative_base, scoped_session, sessionmaker

Base = declarative_base()
Session = scoped_session(sessionmaker(bind=create_engine("sqlite://")))
app = Flask(__name__)

class Order(Base):
    __tablename__ = "orders"
    id = Column(Integer, primary_key=True)

class Line(Base):
    __tablename__ = "lines"
    id = Column(Integer, primary_key=True)

class Part(Base):
    __tablename__ = "parts"
    id = Column(Integer, primary_key=True)

def transactional(func):
    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        result = func(*args, **kwargs)
        Session.commit()
        return result
    return wrapper

class Manager:
    model = None

    @transactional
    def create(self, **given):
        Session.add(self.model(**given))
        self.after()

    def after(self):
        pass

class Orders(Manager):
    model = Order

    def after(self):
        Session.add(Line())

class Parts(Manager):
    model = Part

orders = Orders()

@app.post("/orders")
def order():
    orders.create(id=1)

@app.post("/parts")
def part():
    Parts().create(id=1)

@transactional
def both():
    Session.add(Part())
    Session.add(Line())

@app.post("/both")
def write_both():
    both()
"""


def test_a_decorated_method_is_that_of_its_object(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"app.py": APPLICATION})
    written = {(a.handler, a.table) for a in facts.accesses if a.kind == "write"}
    assert written == {
        ("app.order", "orders"),
        ("app.order", "lines"),
        ("app.part", "parts"),
        ("app.write_both", "parts"),
        ("app.write_both", "lines"),
    }
    assert not facts.unresolved


def test_what_a_decorator_commits_is_a_transaction_of_each_that_it_decorates(
    tmp_path: Path,
) -> None:
    facts = scanned(tmp_path, {"app.py": APPLICATION})
    assert {(t.function, t.tables) for t in facts.transactions} == {
        ("app.Manager.create", ("lines", "orders")),
        ("app.both", ("lines", "parts")),
    }


OWN = """
from fastapi import FastAPI
from sqlalchemy import Column, Integer, create_engine, text
from sqlalchemy.orm import declarative_base, sessionmaker

engine = create_engine("sqlite://")
Session = sessionmaker(bind=engine)
Base = declarative_base()
app = FastAPI()

class Order(Base):
    __tablename__ = "orders"
    id = Column(Integer, primary_key=True)

class Line(Base):
    __tablename__ = "lines"
    id = Column(Integer, primary_key=True)

def run(statement):
    with engine.connect() as connection:
        connection.execute(statement)
        connection.commit()

"""


def test_a_commit_of_its_own_connection_is_not_the_callers(tmp_path: Path) -> None:
    handler = (
        '@app.post("/orders")\ndef place():\n'
        "    run(Order.__table__.insert())\n    run(Line.__table__.insert())\n"
    )
    facts = scanned(tmp_path, {"app.py": OWN + handler})
    assert {a.table for a in facts.accesses} == {"orders", "lines"}
    assert not facts.transactions


def test_sql_for_the_driver_is_read_and_what_a_file_holds_is_listed(tmp_path: Path) -> None:
    handler = (
        '@app.get("/a")\ndef a():\n    with engine.begin() as connection:\n'
        '        connection.exec_driver_sql("SELECT id FROM orders")\n'
        '@app.get("/b")\ndef b():\n    with engine.begin() as connection:\n'
        '        connection.execute(text(open("b.sql").read()))\n'
    )
    facts = scanned(tmp_path, {"app.py": OWN + handler})
    assert [(a.handler, a.table) for a in facts.accesses] == [("app.a", "orders")]
    assert ("sql", 31) in [(u.kind, u.evidence.line) for u in facts.unresolved]
