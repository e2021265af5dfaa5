"""Gateways that run, one a session for what only reads; every test runs on every engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mscli.gateways import GATEWAYS
from tests.gateway.backends import Backend, running
from tests.gateway.running import Gateway, gateway
from tests.gateway.systems import IMPATIENT, REPLICAS, SHOP, SITE, on, ports


@pytest.fixture(scope="session", params=sorted(GATEWAYS))
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def backends() -> Iterator[dict[str, Backend]]:
    with running(*REPLICAS) as started:
        yield started


@pytest.fixture(scope="session")
def shop(
    engine: str, backends: dict[str, Backend], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Gateway]:
    with gateway(on(SHOP, engine), tmp_path_factory.mktemp("shop"), ports(backends)) as started:
        yield started


@pytest.fixture(scope="session")
def site(
    engine: str, backends: dict[str, Backend], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Gateway]:
    with gateway(on(SITE, engine), tmp_path_factory.mktemp("site"), ports(backends)) as started:
        yield started


@pytest.fixture(scope="session")
def impatient(
    engine: str, backends: dict[str, Backend], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("impatient")
    with gateway(on(IMPATIENT, engine), folder, ports(backends)) as started:
        yield started


@pytest.fixture
def fleet() -> Iterator[dict[str, Backend]]:
    """Backends that a test may kill; `orders-3` is not part of the system yet."""
    with running(*REPLICAS, "orders-3") as started:
        yield started


@pytest.fixture
def changing(
    engine: str, fleet: dict[str, Backend], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Gateway]:
    """A gateway in front of `fleet` whose routes a test may change."""
    folder = tmp_path_factory.mktemp("changing")
    with gateway(on(SHOP, engine), folder, ports(fleet)) as started:
        yield started
