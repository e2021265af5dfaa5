"""CORS (the fetch standard): what a browser of another origin may do."""

from __future__ import annotations

import pytest

from tests.gateway.running import Gateway

pytestmark = pytest.mark.e2e

ORIGIN = "Access-Control-Allow-Origin"


@pytest.mark.parametrize("path", ["/orders/7", "/", "/orders/status/500", "/orders/livez"])
def test_preflight(site: Gateway, path: str) -> None:
    asked = {
        "Origin": "https://app.test:8443",
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "content-type,idempotency-key",
    }
    answer = site.send("OPTIONS", path, asked)

    assert answer.status in (200, 204)
    assert answer.header(ORIGIN) == "https://app.test:8443"
    assert "PUT" in (answer.header("Access-Control-Allow-Methods") or "")
    assert "idempotency-key" in (answer.header("Access-Control-Allow-Headers") or "").lower()
    assert answer.header("Access-Control-Max-Age") == "600"
    assert answer.header("Access-Control-Allow-Credentials") is None


def test_preflight_never_reaches_a_service(site: Gateway) -> None:
    asked = {"Origin": "https://evil.test", "Access-Control-Request-Method": "PUT"}
    answer = site.send("OPTIONS", "/orders/7", asked)

    assert answer.body == b""
    assert answer.header(ORIGIN) is None


@pytest.mark.parametrize(
    "path", ["/orders/7", "/orders/status/500", "/orders/status/404", "/livez"]
)
def test_an_allowed_origin_may_read_answers_and_errors(site: Gateway, path: str) -> None:
    answer = site.get(path, {"Origin": "https://shop.test"})

    assert answer.header(ORIGIN) == "https://shop.test"
    assert "Origin" in (answer.header("Vary") or "")


@pytest.mark.parametrize(
    "origin", ["https://evil.test", "https://shop.test.evil", "http://shop.test", "null"]
)
def test_another_origin_may_not(site: Gateway, origin: str) -> None:
    answer = site.get("/orders/7", {"Origin": origin})

    assert answer.header(ORIGIN) is None


def test_caches_are_told_that_answers_differ(site: Gateway) -> None:
    assert "Origin" in (site.get("/orders/7").header("Vary") or "")


def test_the_gateway_speaks_for_the_service(site: Gateway) -> None:
    answer = site.get("/orders/cors", {"Origin": "https://shop.test"})

    assert answer.header(ORIGIN) == "https://shop.test"
    assert {part.strip() for part in (answer.header("Vary") or "").split(",")} >= {"A", "Origin"}


def test_without_cors_nothing_is_allowed(shop: Gateway) -> None:
    asked = {"Origin": "https://shop.test", "Access-Control-Request-Method": "PUT"}
    answer = shop.send("OPTIONS", "/orders/7", asked)

    assert answer.header(ORIGIN) is None
    assert answer.json["method"] == "OPTIONS"
