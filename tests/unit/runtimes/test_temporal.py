"""Which Temporal a plan means, and what is handed to the program that asks it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from mscli.errors import RuntimeFailed, UsageError
from mscli.model.kinds import Kind
from mscli.model.process import Plan, Process
from mscli.runtimes.processes.temporal import Embedded, Remote, is_embedded, temporal_of


def process(workload: str, ports: dict[str, int] | None = None, **environment: str) -> Process:
    name = f"{workload}-1"
    return Process(name, workload, Kind.SERVICE, (), "/", environment, "/log", ports or {})


def plan(*processes: Process) -> Plan:
    return Plan("shop", "shop-1", processes)


class Api(BaseHTTPRequestHandler):
    """Two pages of workflows, one history."""

    signals: list[str]

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        token = parse_qs(url.query).get("nextPageToken", [""])[0]
        if url.path == "/workflows":
            page = {"executions": [{"number": 2 if token else 1}]}
            self._answer(200, page if token else page | {"nextPageToken": "more"})
        elif url.path == "/workflows/a%2Fb/history":
            assert self.headers["Accept"].endswith("no-payload-shorthand")
            self._answer(200, {"history": {"events": [{"eventId": "1"}]}})
        else:
            self._answer(500 if "broken" in url.path else 404, {})

    def do_POST(self) -> None:
        self.signals.append(self.path)
        self._answer(200, {})

    def _answer(self, status: int, document: object) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(document).encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def api() -> Iterator[str]:
    Api.signals = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_the_embedded_server_is_asked_page_by_page(api: str) -> None:
    temporal = Embedded(api)
    assert [each["number"] for each in temporal.workflows("")] == [1, 2]
    assert list(temporal.history("a/b")) == [{"eventId": "1"}]
    temporal.signal("a/b", "retry")
    assert Api.signals == ["/workflows/a%2Fb/signal/retry"]
    assert temporal.workflow("nope") is None
    with pytest.raises(RuntimeFailed, match="Temporal answered 500"):
        temporal.workflow("broken")


def test_nobody_there_is_one_sentence() -> None:
    with pytest.raises(RuntimeFailed, match="Temporal does not answer"):
        list(Embedded("http://127.0.0.1:1").workflows(""))


def test_a_server_of_the_systems_own_is_asked_by_http() -> None:
    own = plan(process("temporal", {"http": 7243}), process("orders", TEMPORAL_ADDRESS="x:1"))
    assert is_embedded(own)
    assert isinstance(temporal_of(own), Embedded)


def test_a_cluster_is_asked_with_what_the_owners_are_told(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("a-key\n")
    told = {"TEMPORAL_ADDRESS": "t:7233", "TEMPORAL_TLS": "true", "OTHER": "x"}
    owner = process("orders", {}, **told, TEMPORAL_API_KEY_FILE=str(key))
    worker = process("orders-worker", {}, **told, TEMPORAL_API_KEY_FILE=str(key))
    temporal = temporal_of(plan(process("payments"), owner, worker))
    assert isinstance(temporal, Remote)
    assert temporal.connection == {
        "TEMPORAL_ADDRESS": "t:7233",
        "TEMPORAL_TLS": "true",
        "TEMPORAL_API_KEY": "a-key",
    }
    assert temporal.scope == "TaskQueue IN ('shop-orders-sagas')"
    key.unlink()
    with pytest.raises(RuntimeFailed, match="cannot read"):
        temporal_of(plan(owner))


def test_a_system_without_sagas_says_how_to_make_one() -> None:
    with pytest.raises(UsageError) as caught:
        temporal_of(plan())
    assert "mscli new saga" in caught.value.hint
