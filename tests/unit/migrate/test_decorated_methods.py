"""A decorator around a method: whose method it is, and what its transaction writes."""

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
