"""Health, metrics, logs, errors and settings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import Start
from .process import Process, Variant
from .waiting import eventually

pytestmark = pytest.mark.e2e

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.fixture(scope="module")
def plain(
    variants: dict[str, Variant], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Process]:
    """A plain service that the tests share; nothing but its port is given to it."""
    with Process(variants["plain"], tmp_path_factory.mktemp("plain") / "log", {}) as process:
        process.wait_ready()
        yield process


def test_with_nothing_but_a_port_it_is_alive_ready_and_answers(plain: Process) -> None:
    assert plain.http.get("/livez").json() == {"status": "ok"}
    assert plain.http.get("/readyz").json() == {"status": "ready", "checks": {}}
    assert plain.http.get("/wiring").json() == {"service": "plain", "breakers": []}
    assert plain.http.get("/").json()["service"] == "plain"


def test_metrics_are_prometheus_text_and_count_requests(plain: Process) -> None:
    plain.http.delete("/")
    answer = plain.http.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert re.search(r'^http_requests_total{method="DELETE".*} 1\.0$', answer.text, re.MULTILINE)
    assert "process_resident_memory_bytes" in answer.text


def test_every_log_line_is_json_that_begins_with_its_time(start: Start) -> None:
    service = start("plain")
    service.http.get("/", headers={"X-Request-Id": "line-1"})
    service.http.get("/nowhere")
    service.terminate()
    service.wait_exit()
    lines = service.lines()
    for line in lines:
        assert list(line)[:4] == ["time", "level", "logger", "message"]
        assert TIME.fullmatch(line["time"])
    asked = {line["path"]: line for line in lines if line["logger"] == "access"}
    assert asked["/"]["request_id"] == "line-1"
    assert (asked["/nowhere"]["method"], asked["/nowhere"]["status"]) == ("GET", 404)
    assert "/readyz" not in asked


def test_the_log_level_is_the_environments(start: Start) -> None:
    service = start("plain", LOG_LEVEL="debug")
    # A line about a request is written after its answer.
    eventually(lambda: any(line.get("path") == "/readyz" for line in service.lines()), "the line")


def test_a_request_id_comes_back_or_is_made(plain: Process) -> None:
    assert plain.http.get("/", headers={"X-Request-Id": "abc"}).headers["X-Request-Id"] == "abc"
    assert plain.http.get("/").headers["X-Request-Id"]


def test_an_error_is_a_problem_document(plain: Process) -> None:
    for method, path, status in (("GET", "/nowhere", 404), ("PUT", "/", 405)):
        answer = plain.http.request(method, path)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status
        assert answer.json()["title"]


def test_a_wrong_variable_is_named_and_ends_it(start: Start) -> None:
    service = start("plain", ready=False, PORT="many")
    assert service.wait_exit() != 0
    assert any("PORT" in line["message"] for line in service.lines())


def test_a_missing_secret_file_is_named_and_ends_it(start: Start, tmp_path: Path) -> None:
    service = start("plain", ready=False, SERVICE_NAME_FILE=str(tmp_path / "absent"))
    assert service.wait_exit() != 0
    assert any("absent" in line["message"] for line in service.lines())


def test_a_taken_port_ends_it(start: Start, plain: Process) -> None:
    assert start("plain", ready=False, PORT=str(plain.port)).wait_exit() != 0
    assert plain.status("/readyz") == 200
