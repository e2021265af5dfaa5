"""What is injected to make services of what only the caller knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.migrate.project import scanned, touched

CODE = """
from flask import Flask
from flask_restx import Api, Resource
from flask_sqlalchemy import SQLAlchemy
from injector import ClassAssistedBuilder, ProviderOf, inject

app = Flask(__name__)
db, api = SQLAlchemy(app), Api(app)

class Order(db.Model):
    id = db.Column(db.Integer, primary_key=True)

class Clock:
    def __init__(self, zone): pass
    def tick(self): return self

class OrderService:
    @inject
    def __init__(self, kind: str, clocks: ClassAssistedBuilder["Clock"]):
        self.clock = clocks.build(zone=kind).tick()
    def all_of(self): return Order.query.all()

def views(kind):
    @api.route(f"/{kind[:-1]}")
    class Orders(Resource):
        @inject
        def __init__(self, services: INJECTED, *args):
            self.service = services.METHOD
        def get(self): return [order.id for order in self.service.all_of()]
    return Orders

Orders = views("orders")
"""


@pytest.mark.parametrize(
    ("injected", "method"),
    [
        ("ClassAssistedBuilder[OrderService]", "build(kind=kind)"),
        ("ProviderOf[OrderService]", "get()"),
    ],
)
def test_what_an_injected_builder_makes_is_known(
    tmp_path: Path, injected: str, method: str
) -> None:
    code = CODE.replace("INJECTED", injected).replace("METHOD", method)
    facts = scanned(tmp_path, {"app.py": code})
    assert [(route.method, route.path) for route in facts.routes] == [("GET", "/order")]
    assert touched(facts, "read", "Orders.get") == {"order"}
