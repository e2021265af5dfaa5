# Scaffolded by mscli: yours to change.
"""What the tests share: the application, with fakes where it would reach outside."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from fakes import Depot, InMemoryOrders, Trade
from orders.api.routes import get_fulfilment, get_orders, get_suppliers
from orders.app import create_app
from orders.settings import Settings


@pytest.fixture
def trade() -> Trade:
    """The called services."""
    return Trade()


@pytest.fixture
def depot() -> Depot:
    """Who sees orders through."""
    return Depot()


@pytest.fixture
def app(trade: Trade, depot: Depot) -> FastAPI:
    """The application as it runs, but for what it would reach outside."""
    app = create_app(Settings())
    orders = InMemoryOrders()
    app.dependency_overrides[get_orders] = lambda: orders
    app.dependency_overrides[get_suppliers] = lambda: trade
    app.dependency_overrides[get_fulfilment] = lambda: depot
    return app


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A caller of the started application."""
    with TestClient(app) as client:
        app.state.service.checks.clear()  # there is no database to reach
        yield client
