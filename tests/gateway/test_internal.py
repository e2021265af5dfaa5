"""What a service keeps to itself cannot be reached through the public door, however it is spelt."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest

from mscli.model.system import INTERNAL_PATHS
from tests.gateway.backends import Backend
from tests.gateway.running import Gateway, gateway
from tests.gateway.systems import SHOP, ports
from tests.gateway.wire import connected, exchange, written

pytestmark = pytest.mark.e2e

_SPELLINGS = (
    *("{0}", "{0}/", "{0}/x", "{0}?x=1", "{0}/../{0}", "./{0}", "x/../{0}", "/{0}", "//{0}//"),
    *("{0};x", "{0};x=1/y", ";x/{0}", "{0}%3Bx", "%3Bx/{0}", "{0}.json", "{0}%20", "{0}%09"),
    *("{0}%3F", "{0}%23", "{0}%25", "%2e/{0}", "x/%2e%2e/{0}", "x/.%2E/{0}", "{0}/%2e", "%2e%2e/r"),
    *("{upper}", "{title}/x", "{first}", "{every}", "{Every}/x", "{twice}", "{twice}/x"),
    *("{0}%2Fx", "%2F{0}", "{0}%5Cx", "%5C{0}", "..%2F{0}", "x%2F..%2F{0}", "{0}%00", "\\{0}"),
    *("{0}#", "{0}#x", "{0} ", "{0}%0d%0a", "{0}%E2%80%8B", "{0}%ff"),
)


def _encoded(text: str, form: str = "%{:02x}") -> str:
    return "".join(form.format(ord(character)) for character in text)


def _spelt(name: str) -> set[str]:
    forms = {
        "upper": name.upper(),
        "title": name.title(),
        "first": _encoded(name[0]) + name[1:],
        "every": _encoded(name),
        "Every": _encoded(name, "%{:02X}"),
        "twice": _encoded(name[0], "%25{:02x}") + name[1:],
    }
    return {spelling.format(name, **forms) for spelling in _SPELLINGS}


def _is_internal(target: str) -> bool:
    """Whether any server that is free with paths could take `target` for an internal one."""
    path = target.partition("?")[0]
    for _ in range(2):
        path = unquote(path)
    segments = [part.partition(";")[0] for part in path.replace("\\", "/").split("/")]
    segments = [part for part in segments if part.strip(". ")]
    return bool(segments) and segments[0].lower().rstrip() in INTERNAL_PATHS


@pytest.mark.parametrize("name", INTERNAL_PATHS)
@pytest.mark.parametrize("prefix", ["/orders", "/orders/archive", "/%6frders", "/caf%C3%A9", ""])
def test_internal_paths_are_hidden(
    shop: Gateway, backends: dict[str, Backend], prefix: str, name: str
) -> None:
    _hidden_below(shop, backends, prefix, name)


@pytest.mark.parametrize("name", INTERNAL_PATHS)
@pytest.mark.parametrize("prefix", ["", "/orders", "/metrics", "/orders/.."])
def test_internal_paths_are_hidden_behind_a_root_route(
    site: Gateway, backends: dict[str, Backend], prefix: str, name: str
) -> None:
    _hidden_below(site, backends, prefix, name)


def _hidden_below(running: Gateway, backends: dict[str, Backend], prefix: str, name: str) -> None:
    before = {replica: backend.hits for replica, backend in backends.items()}
    for spelling in sorted(_spelt(name)):
        status = running.get(f"{prefix}/{spelling}").status
        assert status in (200, 400, 404), (spelling, status)
    for replica, backend in backends.items():
        seen = {request.target for request in backend.requests[before[replica] :]}
        # /metrics of the site is a route of its own: its service sees what follows.
        assert not [target for target in seen if _is_internal(target)], (prefix, seen)


@pytest.mark.parametrize("path", ["/orders/livez", "/orders/archive/metrics", "/orders/internal/x"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "TRACE", "PROPFIND"])
def test_hidden_is_the_same_as_never_there(shop: Gateway, path: str, method: str) -> None:
    hidden, never = shop.send(method, path), shop.send(method, "/never/there")

    assert hidden.status == 404
    assert hidden.comparable == never.comparable


def test_hidden_is_the_same_as_never_there_for_browsers(site: Gateway) -> None:
    origin = {"Origin": "https://shop.test"}

    hidden, never = site.get("/orders/livez", origin), site.get("/livez", origin)

    assert hidden.status == 404
    assert hidden.header("Access-Control-Allow-Origin") == "https://shop.test"
    assert hidden.comparable == never.comparable


def test_a_route_that_is_itself_internal_is_not_published(shop: Gateway) -> None:
    assert shop.get("/internal/sagas/pay").comparable == shop.get("/never/there").comparable


@pytest.mark.parametrize("header", ["X-Original-URL", "X-Rewrite-URL", "X_Original_URL"])
def test_no_header_names_another_path(shop: Gateway, header: str) -> None:
    answer = shop.get("/orders/7", {header: "/internal/x"})

    assert "/internal/x" not in str(answer.json["headers"])


def test_no_upgrade_leads_past_the_routes(shop: Gateway) -> None:
    headers = {
        "Connection": "Upgrade, HTTP2-Settings",
        "Upgrade": "h2c",
        "HTTP2-Settings": "AAMAAABkAAQCAAAAAAIAAAAA",
    }
    answer = shop.get("/orders/7", headers)

    assert (answer.status, answer.received("Upgrade")) == (200, None)
    assert shop.get("/orders/socket", headers).status == 426


def test_what_follows_a_request_is_a_request(shop: Gateway, backends: dict[str, Backend]) -> None:
    """A body whose end is ambiguous smuggles no second request past the routes."""
    second = written("GET", "/internal/x")
    ambiguous = {"Transfer-Encoding": "chunked", "Content-Length": str(len(second) + 5)}
    exchange(shop.port, written("POST", "/orders/7", ambiguous, b"0\r\n\r\n" + second))

    with connected(shop.port) as connection:
        first = written("GET", "/orders/7", {"Connection": "keep-alive"})
        connection.sendall(first + second)
        answers = b""
        while received := connection.recv(65536):
            answers += received
    assert answers.count(b"HTTP/1.1 404") == 1
    targets = {request.target for backend in backends.values() for request in backend.requests}
    assert "/internal/x" not in targets


@pytest.mark.parametrize("plugin", ["notfound.go", "door.go"])
def test_a_plugin_that_does_not_load_opens_nothing(
    backends: dict[str, Backend], tmp_path: Path, plugin: str
) -> None:
    """Traefik leaves out a route whose middleware is broken; it must not be one that hides."""

    def broken(path: str, content: str) -> str:
        return content.replace("func New(", "func Old(") if path.endswith(plugin) else content

    with (
        pytest.raises(AssertionError, match=r"(?i)plugin"),
        gateway(SHOP, tmp_path, ports(backends), edit=broken),
    ):
        pass


def test_without_its_own_route_the_inside_stays_hidden(
    backends: dict[str, Backend], tmp_path: Path
) -> None:
    """The route itself leaves it out, too."""

    def broken(path: str, content: str) -> str:
        return content.replace('["public", "not found"]', '["no such middleware"]')

    with gateway(SHOP, tmp_path, ports(backends), edit=broken) as started:
        assert started.get("/orders/7").status == 200
        assert started.get("/orders/livez").status == 404
        assert started.get("/orders/internal/x").status == 404
