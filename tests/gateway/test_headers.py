"""What a service is told about its client, and what the client is told about the service."""

from __future__ import annotations

import pytest

from tests.gateway.running import Gateway

pytestmark = pytest.mark.e2e

FORGED = "6.6.6.6"


def test_a_service_knows_its_client(shop: Gateway) -> None:
    answer = shop.get("/orders/7", {"Host": "shop.example:8080"})

    assert answer.received("X-Forwarded-For") == "127.0.0.1"
    assert answer.received("X-Forwarded-Proto") == "http"
    assert answer.received("X-Forwarded-Host") == "shop.example:8080"
    assert answer.received("X-Forwarded-Prefix") == "/orders"
    assert answer.received("Host") == "shop.example:8080"


@pytest.mark.parametrize(
    "header",
    [
        *("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix"),
        *("X-Forwarded-Port", "X-Forwarded-Server", "X-Real-Ip", "Forwarded"),
        *("X-Forwarded-Uri", "X-Forwarded-Method", "X-Forwarded-Tls-Client-Cert"),
        *("X_Forwarded_For", "X_FORWARDED_FOR", "x_forwarded-for", "X-Forwarded_Host"),
        *("X_Forwarded_Prefix", "X_Real_IP", "X_Forwarded_Proto"),
    ],
)
@pytest.mark.parametrize("path", ["/orders/7", "/pay/7"])
def test_a_client_cannot_pass_for_another(shop: Gateway, path: str, header: str) -> None:
    for name in (header, header.lower()):
        answer = shop.get(path, {name: FORGED, "Connection": f"close, {name}"})
        assert answer.status == 200
        assert FORGED not in str(answer.json["headers"])
        assert answer.received("X-Forwarded-For") == "127.0.0.1"


def test_what_is_the_services_own_passes(shop: Gateway) -> None:
    mine = {
        "Authorization": "Bearer x",
        "Cookie": "a=b",
        "Idempotency-Key": "1",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "X-Request-Id": "r1",
    }
    answer = shop.get("/orders/7", mine)

    for name, value in mine.items():
        assert answer.received(name) == value


@pytest.mark.parametrize("path", ["/orders/server", "/nosuch", "/orders/livez", "/orders/a%2Fb"])
def test_no_program_or_version_is_named(shop: Gateway, path: str) -> None:
    answer = shop.get(path)

    names = {name.lower() for name, _ in answer.headers}
    assert not names & {"server", "x-powered-by", "via", "x-traefik-router"}
    assert "traefik" not in str(answer).lower()
