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


OF_BASE = BY_CLASS.replace(
    "class Ordered:", "class Event:\n    pass\n\nclass Ordered(Event):"
).replace("class Paid:", "class Paid(Event):")
BY_ANNOTATION = """
HANDLERS = {}

def on(function):
    kind = next(iter(function.__annotations__.values()))
    HANDLERS[kind] = function
    return function
"""


def test_what_is_kept_for_a_class_that_is_not_known_is_all_that_may_be(tmp_path: Path) -> None:
    """Of an event the base alone is known; under which class something is, only a run can say."""
    assert written(tmp_path, OF_BASE, LISTENING, "kept.bus.tell(kept.Event())") == {
        "orders",
        "payments",
    }
    plain = REGISTERED.replace('@on("ordered")', "@on").replace('@on("paid")', "@on")
    handler = "kept.HANDLERS[type(request)](request)"
    assert written(tmp_path, BY_ANNOTATION, plain, handler) == {"orders", "payments"}


DISPATCH = """
from flask import Flask
from flask.views import MethodView
from flask_jwt_extended import JWTManager, current_user, jwt_required
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)
jwt = JWTManager(app)

class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)
    roles = db.relationship("Role")

class Role(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.ForeignKey("user.id"))

class Order(db.Model):
    id = db.Column(db.Integer, primary_key=True)

@jwt.user_lookup_loader
def lookup(header, data):
    return User.query.get(data["sub"])

class Actions(MethodView):
    def get(self, action):
        return [order.id for order in Order.query]

    @jwt_required()
    def post(self, action):
        return getattr(self, f"do_{action}")()

    def do_order(self):
        db.session.add(Order())

    def do_roles(self):
        return len(current_user.roles)

    def other(self):
        db.session.add(User())

class ReadOnly(Actions):
    methods = ["GET"]

def made():
    class Inner(MethodView):
        def get(self):
            return ""
    return Inner

app.add_url_rule("/act/<action>", view_func=Actions.as_view("actions"))
app.add_url_rule("/read/<action>", view_func=ReadOnly.as_view("read"))
app.add_url_rule("/made", view_func=made())
"""


def test_methods_whose_name_is_put_together_and_who_is_logged_in(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"app.py": DISPATCH})
    routes = {f"{r.method} {r.path}" for r in facts.routes}
    acting = {"GET /act/{action}", "POST /act/{action}", "GET /read/{action}"}
    assert routes == acting | {"GET /made"}, "a function made its class"
    found = {(a.handler, a.kind, a.table) for a in facts.accesses}
    posted = {(kind, table) for handler, kind, table in found if handler == "app.Actions.post"}
    assert posted == {("write", "order"), ("read", "user"), ("read", "role")}
    assert ("app.ReadOnly.get", "read", "order") in found
    assert facts.unresolved == ()


def test_jobs_that_a_workers_settings_list(tmp_path: Path) -> None:
    worker = """
from arq import cron
from models import Order, write

async def relay(ctx):
    write(Order())

async def receipt(ctx, order):
    write(Order())

class WorkerSettings:
    functions = [receipt]
    cron_jobs = [cron(relay, second=0)]
"""
    facts = scanned(tmp_path, {"models.py": MODELS, "worker.py": worker})
    assert [job.name for job in facts.jobs] == ["worker.receipt", "worker.relay"]
    assert {a.handler for a in facts.accesses} == {"job:worker.receipt", "job:worker.relay"}


def test_the_prefix_of_a_part_is_what_it_was_given(tmp_path: Path) -> None:
    app = """
from fastapi import APIRouter, FastAPI

orders = APIRouter(prefix="/orders")
app = FastAPI()

@orders.get("/all")
def everything():
    return []

app.include_router(orders, prefix="/v1" + orders.prefix)
"""
    facts = scanned(tmp_path, {"app.py": app})
    assert [route.path for route in facts.routes] == ["/v1/orders/orders/all"]


def test_classes_under_keys_that_nobody_knows_are_not_all_meant(tmp_path: Path) -> None:
    app = """
from flask import Flask, request
from models import Order, Payment, write

app = Flask(__name__)
KINDS = {}

def register(*versions):
    def inner(cls):
        for version in versions:
            KINDS[cls.__name__, version] = cls
        return cls
    return inner

@register("v1")
class OrderSaver:
    def save(self): write(Order())

@register("v1", "v2")
class PaymentSaver:
    def save(self): write(Payment())

@app.post("/save")
def save():
    KINDS[request.args["kind"], "v1"]().save()
"""
    facts = scanned(tmp_path, {"models.py": MODELS, "app.py": app})
    assert [a for a in facts.accesses if a.handler == "app.save"] == []
    assert [one.kind for one in facts.unresolved] == ["call"], "which one is meant is not known"
