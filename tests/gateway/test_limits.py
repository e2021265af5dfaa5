"""What the gateway puts up with: sizes and times; and what must pass all the same."""

from __future__ import annotations

import hashlib
import time

import pytest

from tests.gateway.backends import Backend
from tests.gateway.running import Gateway
from tests.gateway.systems import SHOP
from tests.gateway.wire import chunked, connected, exchange, written

pytestmark = pytest.mark.e2e

LIMIT = SHOP.gateway.body
CHUNKED = {"Transfer-Encoding": "chunked"}


@pytest.mark.parametrize("size", [0, 1, LIMIT])
@pytest.mark.parametrize("in_chunks", [False, True])
def test_a_body_within_the_limit_passes_whole(shop: Gateway, size: int, in_chunks: bool) -> None:
    body = bytes(number % 251 for number in range(size))
    headers, sent = (CHUNKED, chunked(body, 7000)) if in_chunks else ({}, body)

    answer = shop.send("POST", "/orders/7", headers, sent)

    assert answer.status == 200
    assert answer.json["digest"] == hashlib.sha256(body).hexdigest()


@pytest.mark.parametrize("in_chunks", [False, True])
def test_a_body_over_the_limit_is_refused(
    shop: Gateway, backends: dict[str, Backend], in_chunks: bool
) -> None:
    before = sum(backend.hits for backend in backends.values())
    body = b"x" * (LIMIT + 1)
    headers, sent = (CHUNKED, chunked(body, 7000)) if in_chunks else ({}, body)

    answer = shop.send("POST", "/orders/7", headers, sent)

    assert answer.status == 413
    assert answer.header("Content-Type") == "application/problem+json"
    assert sum(backend.hits for backend in backends.values()) == before


def test_a_large_body_in_chunks_passes_whole(site: Gateway) -> None:
    """More than is kept in memory."""
    body = bytes(range(256)) * 16_384

    answer = site.send("POST", "/orders/7", CHUNKED, chunked(body))

    assert answer.json["digest"] == hashlib.sha256(body).hexdigest()


def test_a_body_that_is_announced_and_too_large_is_refused_at_once(shop: Gateway) -> None:
    announced = written("POST", "/orders/7", {"Content-Length": str(10**12)})

    assert exchange(shop.port, announced).status == 413


def test_calls_between_services_have_no_limit(shop: Gateway) -> None:
    assert shop.call("/orders/7", "POST", b"x" * (LIMIT + 1)).json["size"] == LIMIT + 1


def test_a_service_that_does_not_answer_is_given_up(impatient: Gateway) -> None:
    began = time.monotonic()

    assert impatient.get("/orders/slow/15").status == 504
    assert 0.9 < time.monotonic() - began < 10


def test_an_answer_that_has_begun_may_take_longer(impatient: Gateway) -> None:
    answer = impatient.get("/orders/events/5/0.5")

    assert answer.body.endswith(b"data: 4\n\n")


def test_events_arrive_one_by_one(shop: Gateway) -> None:
    arrivals, seen = [], b""
    with connected(shop.port) as connection:
        connection.sendall(written("GET", "/orders/events/3/0.6"))
        while received := connection.recv(65536):
            seen += received
            arrivals += [time.monotonic()] * received.count(b"data: ")

    assert seen.count(b"data: ") == 3
    assert arrivals[1] - arrivals[0] > 0.3
    assert arrivals[2] - arrivals[1] > 0.3


def test_a_large_answer_passes(shop: Gateway) -> None:
    assert len(shop.get("/orders/big/30000000").body) == 30_000_000


@pytest.mark.parametrize(
    "unfinished",
    [
        b"GET /orders/7 HTTP/1.1\r\nHost: shop.test\r\nX-Slow: ",
        b"",
        b"POST /orders/7 HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 100\r\n\r\nx",
        b"POST /orders/7 HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nx",
    ],
    ids=["head", "nothing", "body", "chunk"],
)
def test_who_does_not_finish_a_request_is_cut_off(impatient: Gateway, unfinished: bytes) -> None:
    with connected(impatient.port) as connection:
        began = time.monotonic()
        connection.sendall(unfinished)
        while connection.recv(65536):
            pass
        assert 0.5 < time.monotonic() - began < 10


def test_endless_headers_are_refused(shop: Gateway) -> None:
    assert shop.get("/orders/7", {"X-Long": "x" * 2_000_000}).status == 431


@pytest.mark.parametrize("path", ["/orders/socket", "/pay/socket"])
def test_a_websocket_stays_open(impatient: Gateway, path: str) -> None:
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    with connected(impatient.port) as connection:
        connection.sendall(written("GET", path, upgrade))
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(65536)
        assert head.startswith(b"HTTP/1.1 101")
        assert b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in head
        for frame in (b"\x81\x05hello", bytes(range(256))):
            connection.sendall(frame)
            assert connection.recv(65536) == frame
            time.sleep(1.2)  # longer than any timeout of this gateway


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense" * 10 + b"\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\nConnection: close\r\n\r\n",
    ],
    ids=["line", "version", "asterisk", "connect"],
)
def test_nonsense_is_answered_and_does_no_harm(shop: Gateway, sent: bytes) -> None:
    with connected(shop.port) as connection:
        connection.sendall(sent)
        assert connection.recv(65536).startswith((b"HTTP/1.1 4", b"HTTP/1.1 5", b"HTTP/1.1 200"))
    assert shop.get("/orders/7").status == 200
