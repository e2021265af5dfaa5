"""Routes out of tables of a class, in blueprints of one's own that say where they hang."""

from __future__ import annotations

from pathlib import Path

from tests.unit.migrate.project import routes, scanned, touched

PARTS = """
from flask import Blueprint, Flask
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()

class Order(db.Model):
    __tablename__ = "orders"
    id = db.Column(db.Integer, primary_key=True)

class Named:
    def __init__(self, *args, **kwargs):
        self.lowest = 0
        super().__init__()

class Part(Blueprint):
    def __init__(self, name, import_name, **kwargs):
        kwargs.setdefault("url_prefix", "/" + name)
        self.parts = []
        super().__init__(name, import_name, **kwargs)

    def register(self, app, options):
        super().register(app, options)
        for part in self.parts:
            if app.blueprints.get(part.name) is None:
                app.register_blueprint(part)

class Browser(Part):
    def register(self, app, options):
        from shop.nodes import blueprint
        self.parts.append(blueprint)
        super().register(app, options)

browser = Browser("browser", __name__)

class Node(Part, Named):
    begins = browser.url_prefix + "/"

    def __init__(self, import_name, **kwargs):
        kwargs.setdefault("url_prefix", self.path)
        Part.__init__(self, "NODE-%s" % self.kind, import_name, **kwargs)
        Named.__init__(self)

    @property
    def path(self):
        return "%s%s" % (self.begins, self.kind)

def parts():
    return [browser]

class Site(Flask):
    pass

def create_app():
    app = Site(__name__)
    for part in parts():
        if app.blueprints.get(part.name) is None:
            app.register_blueprint(part)
    return app
"""
NODES = """
import flask
from flask.views import MethodView, View
from shop import Node, Order, db

class NodeView(View, metaclass=type(MethodView)):
    operations = dict({"obj": [{"get": "properties"}]})
    above = []
    ids = []

    @classmethod
    def commands(cls):
        found = []
        for name in cls.operations:
            place = 0
            for one in cls.operations[name]:
                methods = []
                for method in one:
                    methods.append(method.upper())
                if len(methods) > 0:
                    found.append({"name": name, "one": (place == 0), "methods": methods})
                place += 1
        return found

    @classmethod
    def urls(cls):
        url = "/"
        for part in cls.above:
            url += "<{0}:{1}>/".format(part["type"], str(part["id"]))
        whole = None
        for part in cls.ids:
            whole = "{0}<{1}:{2}>".format(url if not whole else whole, part["type"], part["id"])
        return whole, url

    def __init__(self, **kwargs):
        self.command = kwargs["command"]

    def dispatch_request(self, *args, **kwargs):
        method = flask.request.method.lower()
        if len(kwargs) > 1:
            name = self.operations[self.command][0][method]
        else:
            name = self.operations[self.command][1][method]
        return getattr(self, name, None)(*args, **kwargs)

    @classmethod
    def register(cls, blueprint):
        whole, url = cls.urls()
        for known in cls.commands():
            blueprint.add_url_rule(
                "/{0}{1}".format(known["name"], whole if known["one"] else url),
                view_func=cls.as_view(known["name"], command=known["name"]),
                methods=known["methods"],
            )

class OrderNode(Node):
    KIND = "order"

    @property
    def kind(self):
        return self.KIND

blueprint = OrderNode(__name__)

class OrderView(NodeView):
    above = [{"type": "int", "id": "group"}]
    ids = [{"type": "int", "id": "order"}]
    operations = dict({
        "obj": [{"get": "properties", "delete": "delete"}, {"get": "all", "post": "create"}],
        "stats": [{"get": "statistics"}],
    })

    def properties(self, group, order):
        return str(Order.query.get(order))

    def all(self, group):
        return str(Order.query.all())

    def delete(self, group, order):
        db.session.delete(Order.query.get(order))

    def create(self, group):
        db.session.add(Order())

    def statistics(self, group, order):
        return "none"

class Kinds:
    known = dict()

    def __init__(self, name, part, view):
        if name not in Kinds.known:
            made = part(name)
            view.register(made)
            Kinds.known[name] = {"part": made, "view": view}

kinds = Kinds("order", OrderNode, OrderView)
OrderView.register(blueprint)
"""


def test_tables_of_a_class_become_routes_below_what_its_blueprint_says(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"shop/__init__.py": PARTS, "shop/nodes.py": NODES})
    one = "/browser/order/obj/{group}/{order}"
    assert routes(facts) == {
        f"DELETE {one}",
        f"GET {one}",
        "GET /browser/order/obj/{group}/",
        "GET /browser/order/stats/{group}/{order}",
        "POST /browser/order/obj/{group}/",
    }
    assert all(route.confidence == "certain" for route in facts.routes)
    for kind in ("read", "write"):
        assert touched(facts, kind, "OrderView.dispatch_request") == {"orders"}
