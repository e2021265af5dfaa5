# Scaffolded by mscli: yours to change.
"""What the tests share: the application, with fakes where it would reach outside."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from fakes import InMemoryTariffs
from shipping.api.routes import get_tariffs
from shipping.app import create_app
from shipping.domain import ANY_SKU, Tariff
from shipping.settings import Settings


@pytest.fixture
def app() -> FastAPI:
    """The application as it runs, but for what it would reach outside."""
    app = create_app(Settings())
    tariffs = InMemoryTariffs(
        Tariff(ANY_SKU, 20, days=3, price=990),
        Tariff(ANY_SKU, 3, days=2, price=490),
        Tariff("kettle", 2, days=4, price=790),
    )
    app.dependency_overrides[get_tariffs] = lambda: tariffs
    return app


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A caller of the started application."""
    with TestClient(app) as client:
        app.state.service.checks.clear()  # there is no database to reach
        yield client
