"""Signals of blinker, and events of attributes: what they lead to."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.facts import Facts
from mscli.migrate.walk.expressions.displays import turns
from mscli.migrate.walk.values.values import Items, Made, Site, Value
from tests.unit.migrate.project import scanned

MODELS = """
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()

class Order(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    status = db.Column(db.String)

    def update(self, **given):
        for name, value in given.items():
            setattr(self, name, value)

class Entry(db.Model):
    id = db.Column(db.Integer, primary_key=True)

class Part(db.Model):
    id = db.Column(db.Integer, primary_key=True)

class Stock:
    def take(self):
        db.session.add(Part())
"""
SIGNALS = """
from blinker import Namespace, signal
from models import Entry, Order, db
from sqlalchemy import event

kept = Namespace()
done = kept.signal("done")

@done.connect
def on_done(sender, stock=None, **given):
    stock.take()

@kept.signal("paid").connect_via("billing")
def on_paid(sender, **given):
    given["stock"].take()

def on_gone(sender, **given):
    db.session.add(Entry())

signal("gone").connect(on_gone)

@event.listens_for(Order.status, "set")
def changed(target, value, old, initiator):
    db.session.add(Entry())
"""


def handled(folder: Path, line: str) -> Facts:
    app = (
        "from blinker import signal\nfrom flask import Flask\n"
        "from models import Order, Stock, db\nfrom told import done, kept\n"
        f'app = Flask(__name__)\n\n@app.post("/x")\ndef x():\n    {line}\n    return ""\n'
    )
    return scanned(folder, {"models.py": MODELS, "told.py": SIGNALS, "app.py": app})


@pytest.mark.parametrize(
    ("line", "table"),
    [
        ("done.send(app, stock=Stock())", "part"),
        ('kept.signal("paid").send("billing", stock=Stock())', "part"),
        ('signal("gone").send(app)', "entry"),
    ],
)
def test_a_signal_of_blinker_leads_to_its_receivers(tmp_path: Path, line: str, table: str) -> None:
    facts = handled(tmp_path, line)
    written = [(a.table, a.confidence) for a in facts.accesses if a.handler == "app.x"]
    assert written == [(table, "likely")]


@pytest.mark.parametrize("line", ['.status = "x"', '.update(status="x")'])
def test_an_attribute_that_is_listened_to_leads_to_who_listens(tmp_path: Path, line: str) -> None:
    facts = handled(tmp_path, f"Order.query.first(){line}")
    assert {a.table for a in facts.accesses if a.kind == "write"} == {"order", "entry"}
    assert ("entry", "order") in {t.tables for t in facts.transactions}


@pytest.mark.parametrize(("made", "times"), [("flask.Blueprint", 3), ("django.urls.path", 1)])
def test_objects_are_taken_one_by_one_and_patterns_of_urls_all_at_once(
    made: str, times: int
) -> None:
    items: list[Value] = [(Made(made, Site("urls.py", line), ()),) for line in range(3)]
    assert len(turns((Items(tuple(items)),))) == times
