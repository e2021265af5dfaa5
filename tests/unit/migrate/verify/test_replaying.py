"""How a recorded request is asked again: with its headers, and with those that are given for it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from mscli.migrate.verify.comparing import Comparison
from mscli.migrate.verify.recording import Request
from mscli.migrate.verify.replaying import Case, replay

HEARD: list[list[tuple[str, str]]] = []


class Echo(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        HEARD.append([(name.lower(), value) for name, value in self.headers.items()])
        body = json.dumps({}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


RECORDED = (("Host", "shop.example"), ("X-Tenant", "one"), ("Accept", "text/html"))


@pytest.mark.parametrize(
    ("extra", "heard"),
    [
        ({}, {"host": "shop.example", "x-tenant": "one", "accept": "text/html"}),
        ({"X-Tenant": "two"}, {"host": "shop.example", "x-tenant": "two", "accept": "text/html"}),
        ({"x-tenant": "two"}, {"host": "shop.example", "x-tenant": "two", "accept": "text/html"}),
        ({"Host": "other"}, {"host": "other", "x-tenant": "one", "accept": "text/html"}),
    ],
)
def test_a_header_that_is_given_takes_the_place_of_the_recorded_one(
    url: str, extra: Mapping[str, str], heard: Mapping[str, str]
) -> None:
    HEARD.clear()
    case = Case(Request("GET", "/", RECORDED), "/", "keep", "keep")
    (verdict,) = replay([case], (url, url), Comparison(), extra)
    assert not verdict.differences
    assert len(HEARD) == 2
    assert all(dict(each) == heard and len(each) == len(heard) for each in HEARD)
