# Scaffolded by mscli: yours to change.
"""What the system asks of the service: health, logs, errors, settings."""

import json
import logging
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from orders.settings import Settings
from orders.wiring.environment import read
from orders.wiring.logs import JsonLines


def test_it_is_alive_and_ready(client: TestClient) -> None:
    assert client.get("/livez").status_code == 200
    assert client.get("/readyz").json() == {"status": "ready", "checks": {}}


def test_it_is_not_ready_before_the_start(app: FastAPI) -> None:
    answer = TestClient(app).get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "starting")


def test_it_is_not_ready_once_it_stops(app: FastAPI, client: TestClient) -> None:
    app.state.service.stopping = True
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "stopping")


def test_a_failed_check_is_named_but_not_quoted(app: FastAPI, client: TestClient) -> None:
    async def check() -> None:
        raise ConnectionError("password=secret")

    app.state.service.checks["database"] = check
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": "failed: ConnectionError"}


def test_metrics_count_requests_by_route(client: TestClient) -> None:
    client.get("/nowhere")
    assert 'route="none",status="404"' in client.get("/metrics").text


@pytest.mark.parametrize(("given", "kept"), [("abc-1", True), ("a b", False), ("x" * 200, False)])
def test_a_request_id_is_kept_if_it_is_one(client: TestClient, given: str, kept: bool) -> None:
    answer = client.get("/livez", headers={"X-Request-Id": given})
    assert (answer.headers["X-Request-Id"] == given) is kept


def test_an_unforeseen_error_is_a_problem_without_its_text(
    app: FastAPI, client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("secret")

    answer = client.get("/broken")
    assert answer.status_code == 500
    assert answer.json() == {"type": "about:blank", "title": "Internal error", "status": 500}
    (record,) = (record for record in caplog.records if record.exc_info)
    line = json.loads(JsonLines().format(record))
    assert list(line)[:4] == ["time", "level", "logger", "message"]
    assert "RuntimeError: secret" in line["exception"]


def test_a_log_line_is_one_line_with_its_extras() -> None:
    record = logging.makeLogRecord({"msg": "two\nlines", "levelname": "INFO", "order": 7})
    text = JsonLines().format(record)
    assert "\n" not in text
    assert json.loads(text)["order"] == 7


def test_a_setting_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "name"
    file.write_text("from-a-file\n")
    monkeypatch.setenv("SERVICE_NAME", "from-the-variable")
    monkeypatch.setenv("SERVICE_NAME_FILE", str(file))
    assert Settings().service_name == "from-a-file"


def test_a_wrong_setting_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "many")
    with pytest.raises(SystemExit, match="2"):
        read(Settings)
