"""What decorators register while modules are imported, and who asks for it later."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.migrate.project import scanned

MODELS = """
from collections import defaultdict

from fastapi import FastAPI, Request
from sqlalchemy import Column, Integer, create_engine
from sqlalchemy.orm import declarative_base, sessionmaker

Base = declarative_base()
Session = sessionmaker(bind=create_engine("sqlite://"))

class Order(Base):
    __tablename__ = "orders"
    id = Column(Integer, primary_key=True)

class Payment(Base):
    __tablename__ = "payments"
    id = Column(Integer, primary_key=True)

def write(row):
    with Session.begin() as session:
        session.add(row)
"""
BY_TEXT = """
HANDLERS = {}

def on(kind):
    def register(function):
        HANDLERS[kind] = function
        return function
    return register
"""
REGISTERED = """
from kept import on
from models import Order, Payment, write

@on("ordered")
def ordered(data):
    write(Order())

@on("paid")
def paid(data):
    write(Payment())
"""
BY_CLASS = """
from collections import defaultdict

class Ordered:
    pass

class Paid:
    pass

class Bus:
    def __init__(self):
        self.known = defaultdict(list)

    def on(self, event):
        def register(handler):
            self.known[event].append(handler)
            return handler
        return register

    def tell(self, event):
        for handler in self.known[type(event)]:
            handler(event)

bus = Bus()
"""
LISTENING = """
from kept import Ordered, Paid, bus
from models import Order, Payment, write

@bus.on(Ordered)
def ordered(event):
    write(Order())

@bus.on(Paid)
def paid(event):
    write(Payment())
"""


def written(folder: Path, kept: str, registered: str, handler: str) -> set[str]:
    app = (
        "from fastapi import FastAPI, Request\nimport kept\nimport registered\n"
        f'app = FastAPI()\n\n@app.post("/hook")\ndef hook(request: Request):\n    {handler}\n'
    )
    files = {"models.py": MODELS, "kept.py": kept, "registered.py": registered, "app.py": app}
    facts = scanned(folder, files)
    return {a.table for a in facts.accesses if a.handler == "app.hook" and a.kind == "write"}


@pytest.mark.parametrize(
    ("handler", "tables"),
    [
        ('kept.HANDLERS["paid"](request)', {"payments"}),
        ('kept.HANDLERS[request.headers["kind"]](request)', {"orders", "payments"}),
        ('kept.HANDLERS.get(request.json()["kind"])(request)', {"orders", "payments"}),
    ],
)
def test_what_a_decorator_puts_under_a_text(tmp_path: Path, handler: str, tables: set[str]) -> None:
    assert written(tmp_path, BY_TEXT, REGISTERED, handler) == tables


def test_handlers_of_a_class_of_events_are_those_of_this_one(tmp_path: Path) -> None:
    handler = "kept.bus.tell(kept.Paid())"
    assert written(tmp_path, BY_CLASS, LISTENING, handler) == {"payments"}
    appended = "self.known.setdefault(event, []).append(handler)"
    kept = BY_CLASS.replace("self.known[event].append(handler)", appended)
    kept = kept.replace("defaultdict(list)", "{}")
    assert written(tmp_path, kept, LISTENING, handler) == {"payments"}
