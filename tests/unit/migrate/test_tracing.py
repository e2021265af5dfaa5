"""What is kept of statements at run time, and how it is put into the facts."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from mscli.migrate import paths
from mscli.migrate.tracing.hook import requests
from mscli.migrate.tracing.hook.records import Record, current, succeeded
from mscli.migrate.tracing.merge import merge
from mscli.migrate.tracing.seen import Seen, seen
from tests.unit.migrate.project import scanned

SHOP = """
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
app = Flask(__name__)

class Order(db.Model):
    __tablename__ = "orders"
    id = db.Column(db.Integer, primary_key=True)

class Payment(db.Model):
    __tablename__ = "payments"
    id = db.Column(db.Integer, primary_key=True)

@app.get("/orders/<int:id>")
def show(id):
    return str(Order.query.get(id))
"""


def test_no_value_of_a_statement_is_kept() -> None:
    record = Record("GET")
    record.note(
        "SELECT * FROM users WHERE name = 'ann''s' AND id IN (?, ?, ?)", in_transaction=False
    )
    record.note("PRAGMA foreign_keys", in_transaction=False)
    assert list(record.sql) == ["SELECT * FROM users WHERE name = '' AND id IN (NULL)"]


def test_what_is_rolled_back_was_not_written_together() -> None:
    record = Record("POST")
    for table in ("orders", "payments"):
        record.note(f"INSERT INTO {table} VALUES (1)", in_transaction=True)
    record.rollback()
    record.note("INSERT INTO orders VALUES (1)", in_transaction=True)
    record.commit()
    assert not record.together


def test_what_two_connections_write_at_a_time_is_not_written_together() -> None:
    record = Record("POST")
    for connection, table in ((1, "orders"), (2, "users"), (1, "payments")):
        record.note(f"INSERT INTO {table} VALUES (1)", in_transaction=True, connection=connection)
    record.commit(2)
    record.commit(1)
    assert list(record.together) == [
        ("INSERT INTO orders VALUES (1)", "INSERT INTO payments VALUES (1)")
    ]


@pytest.mark.parametrize(
    ("method", "status", "html", "place", "good"),
    [
        ("GET", 200, True, "", True),
        ("GET", 302, False, "/login/?next=/", False),
        ("POST", 302, False, "/orders/1", True),
        ("POST", 200, True, "", False),
        ("POST", 201, True, "", True),
        ("POST", 200, False, "", True),
        ("GET", 404, True, "", False),
    ],
)
def test_a_form_that_is_shown_again_is_no_success(
    method: str, status: int, html: bool, place: str, good: bool
) -> None:
    assert succeeded(method, status, html=html, place=place) is good


def test_routes_are_written_as_the_scan_writes_them() -> None:
    assert paths.from_any("admin/^shop/(?P<pk>[0-9]+)/$") == "/admin/shop/{pk}/"
    assert paths.from_any("/orders/<int:id>") == "/orders/{id}"
    assert paths.from_any("/files/{name:path}") == "/files/{name}"


def test_lines_are_put_together_and_a_torn_one_is_left_out(tmp_path: Path) -> None:
    line = {
        "handler": "app.show",
        "method": "GET",
        "route": "/orders/<int:id>",
        "status": 200,
        "succeeded": True,
        "sql": ["SELECT * FROM orders JOIN payments ON 1", "UPDATE payments SET id = 1"],
        "together": [["INSERT INTO orders VALUES (1)", "INSERT INTO payments VALUES (1)"]],
    }
    (tmp_path / "1.jsonl").write_text(json.dumps(line) + '\n{"handler": "app.sh')
    (found,) = seen(tmp_path)
    assert (found.path, found.reads, found.writes) == (
        "/orders/{id}",
        {"orders", "payments"},
        {"payments"},
    )
    assert found.together == {("orders", "payments")}


def test_what_was_seen_is_certain_and_what_is_not_in_the_code_is_listed(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"app.py": SHOP})
    known = Seen("app.show", "GET", "/orders/{id}", True, {"orders", "hidden"}, {"payments"})
    known.together = {("orders", "payments")}
    after = merge(facts, [known, Seen("lib.view", "GET", "/elsewhere")], ("told",))
    found = {(a.table, a.kind): (a.confidence, a.through) for a in after.accesses}
    assert found["orders", "read"][0] == "certain"
    assert found["payments", "write"] == ("certain", "runtime")
    assert [t.tables for t in after.transactions] == [("orders", "payments")]
    assert {u.kind for u in after.unresolved} >= {"route", "table"}
    assert after.warnings[-1] == "told"


class FakeFlask:
    """What of Flask the hook changes: a request is known before it is dispatched."""

    def __init__(self) -> None:
        self.view_functions = {"show": test_what_a_test_dispatches_itself_is_a_request}

    def wsgi_app(self, environ: dict[str, str], start_response: object) -> object:
        """The whole request."""
        del environ, start_response
        return self.full_dispatch_request()

    def full_dispatch_request(self) -> object:
        """Its part that knows the route."""
        record = current.get()
        assert record is not None
        record.note("SELECT * FROM orders", in_transaction=False)
        return SimpleNamespace(status_code=200, headers={})


@pytest.mark.parametrize("whole", [True, False])
def test_what_a_test_dispatches_itself_is_a_request(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, whole: bool
) -> None:
    rule = SimpleNamespace(endpoint="show", rule=f"/orders/<int:id>/{whole}")
    request = SimpleNamespace(method="GET", url_rule=rule)
    monkeypatch.setitem(sys.modules, "flask", SimpleNamespace(request=request))
    monkeypatch.setenv("MSCLI_TRACE", str(tmp_path))
    flask = type("Flask", (FakeFlask,), dict(vars(FakeFlask)))
    requests.PATCHES["flask.app"](SimpleNamespace(Flask=flask))
    app = flask()
    app.wsgi_app({"REQUEST_METHOD": "GET"}, None) if whole else app.full_dispatch_request()
    assert current.get() is None
    (found,) = seen(tmp_path)
    assert (found.path, found.succeeded, found.reads) == (
        f"/orders/{{id}}/{whole}",
        True,
        {"orders"},
    )


def test_the_language_that_a_path_of_django_begins_with_is_any(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asks = SimpleNamespace(is_language_prefix_patterns_used=lambda _urls: (True, True))
    settings = SimpleNamespace(ROOT_URLCONF="shop.urls")
    told = SimpleNamespace(get_language_from_path=lambda path: path.startswith("/de/"))
    monkeypatch.setitem(sys.modules, "django.conf", SimpleNamespace(settings=settings))
    monkeypatch.setitem(sys.modules, "django.conf.urls", SimpleNamespace(i18n=asks))
    monkeypatch.setitem(sys.modules, "django.utils.translation", told)
    monkeypatch.setenv("MSCLI_TRACE", str(tmp_path))
    response = FakeResponse()
    handler = type("BaseHandler", (), {"get_response": lambda _self, _request: response})
    requests.PATCHES["django.core.handlers.base"](SimpleNamespace(BaseHandler=handler))
    for route in ("de/orders/<int:id>/", "robots.txt"):
        match = SimpleNamespace(func=scanned, route=route)
        handler().get_response(SimpleNamespace(method="GET", resolver_match=match))
    paths_of = {one.path for one in seen(tmp_path)}
    assert paths_of == {"/{language}/orders/{id}/", "/robots.txt"}


class FakeResponse(dict[str, str]):
    status_code = 200
