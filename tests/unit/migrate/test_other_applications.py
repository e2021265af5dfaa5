"""Code of more than one application: which is the monolith's, and what hangs below another."""

from __future__ import annotations

from pathlib import Path

from tests.unit.migrate.project import routes, scanned

SHARED = """
from fastapi import APIRouter

orders = APIRouter(prefix="/orders")

@orders.get("/")
def listed(): ...

@orders.get("/{key}")
def one(key: int): ...
"""
SITE = """
from fastapi import FastAPI
from shared import orders

app = FastAPI()
app.include_router(orders)

@app.get("/")
def index(): ...
"""
AGENT = """
from fastapi import FastAPI
from shared import orders

def create():
    agent = FastAPI()
    agent.include_router(orders, prefix="/agent")

    @agent.get("/")
    def alive(): ...

    return agent
"""


def test_what_only_a_smaller_application_has_is_possible(tmp_path: Path) -> None:
    site = SITE + "\n@app.get('/health')\ndef health(): ...\n"
    facts = scanned(tmp_path, {"shared.py": SHARED, "site_.py": site, "agent.py": AGENT})
    sure = {(r.path, r.handler): str(r.confidence) for r in facts.routes}
    assert sure["/", "agent.create.alive"] == "possible"
    assert sure["/agent/orders/", "shared.listed"] == "possible"
    assert sure["/", "site_.index"] == sure["/orders/", "shared.listed"] == "certain"
    assert any("beside the one" in lost.what for lost in facts.unresolved)


def test_where_two_have_as_many_routes_nobody_knows(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"shared.py": SHARED, "site_.py": SITE, "agent.py": AGENT})
    assert {str(route.confidence) for route in facts.routes} == {"certain"}


def test_an_application_may_hang_below_another_by_its_server(tmp_path: Path) -> None:
    """What werkzeug dispatches is one process."""
    code = """
        from flask import Flask
        from werkzeug.middleware.dispatcher import DispatcherMiddleware

        pages, api = Flask("pages"), Flask("api")

        @pages.get("/")
        def index(): ...

        @api.get("/orders")
        def orders(): ...

        @api.get("/prices")
        def prices(): ...

        application = DispatcherMiddleware(pages, {"/api": api})
    """
    facts = scanned(tmp_path, {"app.py": code})
    assert routes(facts) == {"GET /", "GET /api/orders", "GET /api/prices"}
    assert {str(route.confidence) for route in facts.routes} == {"certain"}
