"""A monolith that is replaced route by route while it is used: nobody notices but the answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.e2e.checkouts import Checkout, light, until
from tests.gateway.load import failed, load

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def strangled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A monolith that has everything, and a service that is to have `/orders`; both are up."""
    checkout = light(
        tmp_path_factory.mktemp("strangled"),
        {"monolith": {}, "orders": {}},
        routes=[{"path": "/", "service": "monolith"}],
    )
    checkout.up()
    try:
        yield checkout
    finally:
        checkout.remove()


def _answering(checkout: Checkout, path: str = "/orders/7", requests: int = 20) -> Counter[str]:
    return Counter(checkout.get(path).json()["replica"] for _ in range(requests))


def test_a_route_is_flipped_in_part_and_back_under_load_and_no_request_fails(
    strangled: Checkout,
) -> None:
    route = ("migrate", "route", "/orders", "--to")
    with load(strangled.ports()["gateway:http"], "/orders/7") as seen:
        strangled.run(*route, "orders", "--percent", "50")
        assert set(_answering(strangled)) == {"monolith-1", "orders-1"}
        strangled.run(*route, "orders")
        assert _answering(strangled) == {"orders-1": 20}
        assert _answering(strangled, "/else", 3) == {"monolith-1": 3}
        strangled.run(*route, "monolith")
        assert _answering(strangled) == {"monolith-1": 20}
    assert len(seen.samples) > 100
    assert failed(seen.samples) == []


def test_a_service_that_is_not_ready_gets_no_route(strangled: Checkout) -> None:
    before = strangled.file.read_text()
    strangled.run("stop", "orders")
    try:
        done = strangled.run("migrate", "route", "/orders", "--to", "orders", code=6)
        assert "orders is not ready" in done.err
        assert strangled.file.read_text() == before
    finally:
        strangled.run("start", "orders")
    until(lambda: strangled.rows()["orders-1"]["ready"])
