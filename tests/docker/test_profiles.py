"""What is only for looking: it runs where it is asked for, and is found under a name of its own."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from mscli.model.system import Gateway, System
from tests.docker.shop import Shop, copy_of, docker, write
from tests.e2e.checkouts import Checkout, get, until
from tests.ports import free_port

RECEIVER = Path(__file__).with_name("receiver.py")
INSTEAD = {
    "image": "python:3.11-slim",
    "entrypoint": ["python", "/receiver.py"],
    "volumes": [f"{RECEIVER}:/receiver.py:ro"],
    "healthcheck": {
        "test": [
            "CMD",
            "python",
            "-c",
            "import socket; socket.create_connection(('127.0.0.1', 4318))",
        ]
    },
}


def test_services_send_their_traces_where_tracing_was_asked_for(small: Checkout) -> None:
    door = free_port()
    asked = small.folder / ".env"
    asked.write_text(
        "COMPOSE_PROFILES=tracing\n"
        "OTEL_EXPORTER_OTLP_ENDPOINT=http://jaeger:4318\n"
        f"DASHBOARDS_PORT={door}\n"
    )
    override = small.folder / "compose.override.yaml"
    override.write_text(json.dumps({"services": {"jaeger": INSTEAD}}))
    try:
        small.up()
        rows = small.rows()
        jaeger = copy_of(small).container("jaeger-1")
        assert {"jaeger-1", "dashboards-1"} <= set(rows)
        [gateway] = rows["gateway-1"]["ports"].values()
        assert get(gateway, "/hello").status == 200
        until(lambda: "/v1/traces hello" in docker("logs", jaeger))
        page = get(door, "/", headers={"Host": f"jaeger.localhost:{door}"})
        assert (page.status, page.body) == (200, b"traces")
        assert get(door, "/").status == 404
    finally:
        asked.unlink()
        override.unlink()
        small.down()
    assert [each for each in copy_of(small).left() if not each.startswith("volume")] == []


def test_engines_without_services_own_their_volumes_and_show_their_pages(
    nothing_else: Shop,
) -> None:
    """NATS and Temporal write to new volumes as users that their images do not know."""
    door = free_port()
    system = System(
        "engines",
        gateway=Gateway(port=nothing_else.port),
        engines=frozenset({"nats", "temporal"}),
    )
    write(nothing_else, system)
    (nothing_else.folder / ".env").write_text(
        f"COMPOSE_PROFILES=dashboards\nDASHBOARDS_PORT={door}\n"
    )
    subprocess.run(["sh", "secrets/generate.sh"], cwd=nothing_else.folder, check=True)
    nothing_else.compose("up", "--wait")
    volume = f"{nothing_else.project}_nats:/data"
    owner = docker(
        "run", "--rm", "-v", volume, "busybox:1.35", "stat", "-c", "%u", "/data/jetstream"
    )
    assert owner.strip() == "10001"
    assert nothing_else.inspect("temporal-1")["State"]["Health"]["Status"] == "healthy"
    host = {"Host": f"temporal.localhost:{door}"}
    until(lambda: b"default" in get(door, "/api/v1/namespaces", headers=host).body)
    assert b"<html" in get(door, "/", headers=host).body
