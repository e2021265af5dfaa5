# Scaffolded by mscli: yours to change.
"""What the tests share: the application, with fakes where it would reach outside."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from fakes import InMemoryAuthorisations
from payments.api.routes import get_authorisations
from payments.app import create_app
from payments.settings import Settings


@pytest.fixture
def app() -> FastAPI:
    """The application as it runs, but for what it would reach outside."""
    app = create_app(Settings(card_limit=1000))
    authorisations = InMemoryAuthorisations()
    app.dependency_overrides[get_authorisations] = lambda: authorisations
    return app


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A caller of the started application."""
    with TestClient(app) as client:
        app.state.service.checks.clear()  # there is no database to reach
        yield client
