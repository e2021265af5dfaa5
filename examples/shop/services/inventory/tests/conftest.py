# Scaffolded by mscli: yours to change.
"""What the tests share: the application, with fakes where it would reach outside."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from fakes import InMemoryItems
from inventory.api.routes import get_items
from inventory.app import create_app
from inventory.domain import Item
from inventory.settings import Settings


@pytest.fixture
def app() -> FastAPI:
    """The application as it runs, but for what it would reach outside."""
    app = create_app(Settings())
    items = InMemoryItems(Item("teapot", "Teapot", 3500, 1), Item("cup", "Cup", 1200, 3))
    app.dependency_overrides[get_items] = lambda: items
    return app


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A caller of the started application."""
    with TestClient(app) as client:
        app.state.service.checks.clear()  # there is no database to reach
        yield client
