"""What who runs a gateway sees of it: its log, its listeners, its end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mscli.model.system import System
from tests.gateway.backends import Backend
from tests.gateway.ports import listeners
from tests.gateway.running import Gateway, eventually, gateway
from tests.gateway.systems import SHOP, SITE, on, ports

pytestmark = pytest.mark.e2e


def _requests(running: Gateway) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in running.log.read_text().splitlines()]
    return [line for line in lines if "RequestPath" in line]


def test_the_access_log_is_json_and_of_the_public_door_only(changing: Gateway) -> None:
    changing.get("/orders/public?x=1")
    changing.get("/orders/livez")
    changing.get("/nosuch")
    changing.call("/orders/between-services")
    changing.get("/orders/last")
    eventually(lambda: len(_requests(changing)) == 4)

    seen = [(line["RequestPath"], line["DownstreamStatus"]) for line in _requests(changing)]
    assert seen == [
        ("/orders/public?x=1", 200),
        ("/orders/livez", 404),
        ("/nosuch", 404),
        ("/orders/last", 200),
    ]
    first = _requests(changing)[0]
    assert first["RequestMethod"] == "GET"
    assert first["ClientHost"] == "127.0.0.1"
    assert first["Duration"] > 0


def test_it_listens_on_the_loopback_and_on_what_it_was_given(shop: Gateway) -> None:
    assert listeners(shop.running.pid) == {
        ("127.0.0.1", port) for port in shop.process.ports.values()
    }


def test_it_is_ready_only_when_it_routes(
    engine: str, backends: dict[str, Backend], tmp_path: Path
) -> None:
    for number in range(3):
        folder = tmp_path / str(number)
        with gateway(on(SHOP, engine), folder, ports(backends)) as started:
            assert started.get("/orders/7").status == 200


def test_it_stops_when_asked_and_leaves_nothing(
    engine: str, backends: dict[str, Backend], tmp_path: Path
) -> None:
    with gateway(on(SHOP, engine), tmp_path, ports(backends)) as started:
        pass

    assert started.running.returncode == 0
    assert started.process.grace >= 5
    left = {port for _, port in listeners()}
    assert not left & set(started.process.ports.values())


@pytest.mark.parametrize("system", [SHOP, SITE], ids=lambda system: system.name)
def test_traefik_has_nothing_to_complain_about(
    backends: dict[str, Backend], tmp_path: Path, system: System
) -> None:
    def warn(_: str, content: str) -> str:
        return content.replace("level: ERROR", "level: WARN")

    with gateway(system, tmp_path, ports(backends), edit=warn) as started:
        assert started.get("/orders/7").status == 200

    lines = [json.loads(line) for line in started.log.read_text().splitlines()]
    assert [line for line in lines if line["level"] not in ("info", "debug")] == []
