"""Which path goes to which service, and what the service sees of it."""

from __future__ import annotations

import pytest

from tests.gateway.running import Gateway

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(
    ("asked", "service", "target"),
    [
        # strip
        ("/orders", "orders", "/"),
        ("/orders/", "orders", "/"),
        ("/orders/7", "orders", "/7"),
        ("/orders/7/", "orders", "/7/"),
        ("/orders/7?a=1&b=%2F&c=x+y", "orders", "/7?a=1&b=%2F&c=x+y"),
        ("/orders?a=1", "orders", "/?a=1"),
        ("/orders/x?", "orders", "/x?"),
        ("/orders/orders/x", "orders", "/orders/x"),
        # a semicolon is no separator
        ("/orders/x?a=b;c", "orders", "/x?a=b%3Bc"),
        # keep
        ("/pay", "payments", "/pay"),
        ("/pay/", "payments", "/pay/"),
        ("/pay/7?x=1", "payments", "/pay/7?x=1"),
        # the longest prefix wins
        ("/orders/archive", "payments", "/"),
        ("/orders/archive/7", "payments", "/7"),
        ("/orders/archives", "orders", "/archives"),
        # a route that needs encoding, and one with a slash at its end
        ("/caf%C3%A9", "web", "/"),
        ("/caf%c3%a9/7/%C3%A9?x=1", "web", "/7/%C3%A9?x=1"),
        ("/th%C3%A9/7", "web", "/th%C3%A9/7"),
        # one of several
        ("/de/shelf/7", "web", "/7"),
        ("/en/shelf", "web", "/"),
        # what is encoded stays encoded
        ("/orders/a%25b", "orders", "/a%25b"),
        ("/orders/a%3Fb%23c%3Bd", "orders", "/a%3Fb%23c%3Bd"),
        ("/orders/caf%C3%A9", "orders", "/caf%C3%A9"),
        ("/orders/a%20b", "orders", "/a%20b"),
        ("/orders/a;b=c", "orders", "/a;b=c"),
        ("/orders/a:b@c,d$e&f=g+h!", "orders", "/a:b@c,d$e&f=g+h!"),
        # what need not be encoded is the same path
        ("/%6Frders/%37", "orders", "/7"),
        ("/orders/7%7E%2D", "orders", "/7~-"),
        # empty and dot segments
        ("//orders//7", "orders", "/7"),
        ("/orders/./7", "orders", "/7"),
        ("/orders/x/../7", "orders", "/7"),
        ("/orders/x/%2e%2e/7", "orders", "/7"),
        ("/orders/../pay/7", "payments", "/pay/7"),
        ("/../orders/7", "orders", "/7"),
        # not inside: only its beginning looks like an internal path
        ("/orders/livezz", "orders", "/livezz"),
        ("/orders/internal-orders", "orders", "/internal-orders"),
        ("/orders/7/metrics", "orders", "/7/metrics"),
        ("/orders/7/internal/x", "orders", "/7/internal/x"),
        ("/pay/livez", "payments", "/pay/livez"),
        # the absolute form of a request target
        ("http://shop.test/orders/7", "orders", "/7"),
    ],
)
def test_a_path_reaches_its_service(shop: Gateway, asked: str, service: str, target: str) -> None:
    answer = shop.get(asked)

    assert answer.status == 200, answer
    replica, seen = answer.seen
    assert (replica.rpartition("-")[0], seen) == (service, target)


@pytest.mark.parametrize(
    "asked",
    [
        *("/", "/ordersX", "/orderss/7", "/order", "/Orders", "/ORDERS/7", "/pa", "/payx"),
        *("/orders;x", "/orders%20", "/orders.json", "/orders-2/x", "/nosuch", "/favicon.ico"),
        *("/orders/..", "/orders/%2e%2e/", "/%2e", "/..;/orders", "/orders%3F", "/orders%23"),
    ],
)
def test_a_path_that_is_no_routes_is_not_found(shop: Gateway, asked: str) -> None:
    answer = shop.get(asked)

    assert answer.status == 404
    assert answer.comparable == shop.get("/never/was/here").comparable


@pytest.mark.parametrize(
    "asked", ["/orders/a%2Fb", "/orders%2F7", "/orders/a%5Cb", "/orders/a%00b"]
)
def test_what_two_servers_could_read_differently_is_refused(shop: Gateway, asked: str) -> None:
    assert shop.get(asked).status == 400


def test_not_found_helps_and_gives_nothing_away(shop: Gateway) -> None:
    answer = shop.get("/nosuch?token=1")

    assert answer.header("Content-Type") == "application/problem+json"
    assert answer.json["status"] == 404
    assert "mscli.yaml" in answer.json["detail"]
    written = str(answer).lower()
    for secret in ("orders", "payments", "/pay", "web", "traefik", "nosuch", "127.0.0.1", "3.7"):
        assert secret not in written


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_every_method_passes(shop: Gateway, method: str) -> None:
    body = b"x" * 10 if method in ("POST", "PUT", "PATCH") else b""
    answer = shop.send(method, "/orders/7", body=body)

    assert answer.status == 200
    if method != "HEAD":
        assert (answer.json["method"], answer.json["size"]) == (method, len(body))


@pytest.mark.parametrize(
    ("asked", "service", "target"),
    [
        ("/", "web", "/"),
        ("/index.html?x=1", "web", "/index.html?x=1"),
        ("/ordersX", "web", "/ordersX"),
        ("/orders/7", "orders", "/7"),
        # a route of this name is what was asked for; the service's own /metrics stays inside
        ("/metrics/7", "payments", "/7"),
    ],
)
def test_the_root_takes_what_no_other_route_does(
    site: Gateway, asked: str, service: str, target: str
) -> None:
    replica, seen = site.get(asked).seen

    assert (replica.rpartition("-")[0], seen) == (service, target)


@pytest.mark.parametrize(
    ("asked", "target"),
    [
        ("/payments", "/"),
        ("/payments/7?x=1", "/7?x=1"),
        ("/payments/internal/sagas/pay", "/internal/sagas/pay"),
        ("/payments/metrics", "/metrics"),
        ("/payments/a%2Fb", "/a%2Fb"),
        ("/payments/a%25b%3Bc", "/a%25b%3Bc"),
    ],
)
def test_the_router_reaches_every_path_of_every_service(
    shop: Gateway, asked: str, target: str
) -> None:
    assert shop.call(asked).seen == ("payments-1", target)


def test_the_router_knows_services_and_not_routes(shop: Gateway) -> None:
    assert shop.call("/pay/7").status == 404
    assert shop.call("/web/7").seen == ("web-1", "/7")
