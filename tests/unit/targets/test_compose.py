"""compose.yaml: what an expert would look for in it, and what the target says that it cannot do."""

from __future__ import annotations

import re
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.systems import FULL, PLAIN, ROUTES, SAGAS, SYSTEMS

from mscli.model.kinds import Kind
from mscli.model.resources import Resources
from mscli.model.system import System, TemporalCluster, Tls
from mscli.render import committed_bindings, render_files, stack_for, warnings_of
from mscli.targets import compose

Document = dict[str, Any]


def rendered(system: System, **digests: str) -> dict[str, str]:
    files = render_files(system, "compose", committed_bindings(system, digests))
    return {file.path: file.content for file in files}


def warned(system: System, target: str) -> tuple[str, ...]:
    return warnings_of(stack_for(system, target), target)


def document(system: System) -> Document:
    loaded: Document = yaml.safe_load(rendered(system)["compose.yaml"])
    return loaded


def containers(system: System) -> Iterator[tuple[str, Document]]:
    """Every service of Compose, with what it merges from the anchor."""
    yield from document(system)["services"].items()


every_system = pytest.mark.parametrize("system", SYSTEMS.values(), ids=SYSTEMS)


@every_system
def test_every_container_is_hardened(system: System) -> None:
    for name, service in containers(system):
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["init"] is True, name
        hands_over = name.endswith("-volume")
        assert (service["user"].split(":")[0] == "0") == hands_over, name
        assert service.get("cap_add", []) == (["CHOWN"] if hands_over else []), name
        assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}, name
        assert "docker.sock" not in str(service), name
        assert not service.get("privileged"), name


def test_a_volume_of_ones_own_is_filled_and_handed_over_once_and_shared() -> None:
    services = document(SYSTEMS["foreign"])["services"]
    task = services["media-volume"]
    assert task["image"] == services["legacy"]["image"]
    assert task["pull_policy"] == "never"
    assert task["volumes"] == [{"type": "volume", "source": "media", "target": "/srv/media"}]
    paths = {"legacy": "/srv/media", "orders": "/legacy/media"}
    for name, path in paths.items():
        (mount,) = (each for each in services[name]["volumes"] if each["source"] == "media")
        assert mount["target"] == path
        assert mount["volume"] == {"nocopy": True}, "Docker would make it root's again"
        assert services[name]["depends_on"]["media-volume"]


@every_system
def test_what_runs_is_checked_and_started_again_and_what_ends_is_not(system: System) -> None:
    workloads = stack_for(system, "compose").workloads
    for name, service in containers(system):
        is_task = name not in workloads or workloads[name].kind is Kind.TASK
        assert ("healthcheck" in service) != is_task, name
        assert service["restart"] == ("no" if is_task else "unless-stopped"), name
        assert is_task or service["stop_grace_period"] == f"{workloads[name].grace:g}s"


@every_system
def test_waits_are_on_health_or_completion_and_somebody_who_stays_waits_for_each_task(
    system: System,
) -> None:
    services = document(system)["services"]
    waited: set[str] = set()
    for name, service in services.items():
        for other, wait in service.get("depends_on", {}).items():
            checked = "healthcheck" in services[other]
            wanted = "service_healthy" if checked else "service_completed_successfully"
            assert wait["condition"] == wanted, name
            if service["restart"] != "no" and wait.get("required", True):
                waited.add(other)
    tasks = {name for name, service in services.items() if service["restart"] == "no"}
    assert tasks <= waited, "else `up --wait` fails when one has ended well"


@every_system
def test_all_that_is_named_exists_and_is_labelled(system: System) -> None:
    whole = document(system)
    for name, service in whole["services"].items():
        assert set(service.get("networks", [])) <= set(whole["networks"]), name
        assert set(service.get("secrets", [])) <= set(whole.get("secrets", {})), name
        mounted = {m["source"] for m in service.get("volumes", []) if m["type"] == "volume"}
        assert mounted <= set(whole.get("volumes", {})), name
        assert service["labels"]["mscli.system"] == system.name
        assert service["labels"]["mscli.workload"] == name
    for section in ("networks", "volumes"):
        for name, entry in whole.get(section, {}).items():
            assert entry["labels"]["mscli.system"] == system.name, name


@every_system
def test_only_the_gateway_is_published(system: System) -> None:
    published = {name: s for name, s in containers(system) if "ports" in s}
    assert published.keys() == {"gateway", "dashboards"}
    assert published["dashboards"]["profiles"], "where somebody asks for it"
    assert {s["ports"][0]["host_ip"] for s in published.values()} == {
        "${GATEWAY_ADDRESS:-127.0.0.1}",
        "${DASHBOARDS_ADDRESS:-127.0.0.1}",
    }


def test_what_is_only_for_looking_runs_where_it_is_asked_for() -> None:
    files = rendered(SAGAS)
    services = yaml.safe_load(files["compose.yaml"])["services"]
    assert {name: s["profiles"] for name, s in services.items() if "profiles" in s} == {
        "jaeger": ["tracing"],
        "dashboards": ["dashboards", "tracing"],
    }
    for name in (*SAGAS.services, "orders-worker"):
        sent = services[name]["environment"]["OTEL_EXPORTER_OTLP_ENDPOINT"]
        assert sent == "${OTEL_EXPORTER_OTLP_ENDPOINT:-}", "nowhere, else"
    assert services["dashboards"]["networks"] == ["services", "temporal"]
    pages = yaml.safe_load(files["engines/traefik/routes.yml"])["http"]
    assert pages["routers"]["temporal"]["rule"] == "Host(`temporal.localhost`)"
    assert {s["loadBalancer"]["servers"][0]["url"] for s in pages["services"].values()} == {
        "http://temporal:8233",
        "http://jaeger:16686",
    }


@pytest.mark.parametrize("system", [FULL, SAGAS], ids=lambda system: system.name)
def test_a_database_is_on_a_network_that_only_its_owner_shares(system: System) -> None:
    whole = document(system)
    for owner in (s.name for s in system.services.values() if s.database):
        network = f"{owner}-postgres"
        assert whole["networks"][network]["internal"] is True
        members = {n for n, s in whole["services"].items() if network in s.get("networks", [])}
        assert members - {f"{owner}-worker"} == {network, owner, f"{owner}-migrate"}
        assert whole["services"][network]["networks"] == [network]


def test_engines_are_reached_by_those_who_use_them_only() -> None:
    services = document(SAGAS)["services"]
    members = {name for name, s in services.items() if "temporal" in s.get("networks", [])}
    assert members == {"temporal", "orders", "orders-worker", "dashboards"}


@every_system
def test_images_are_pinned(system: System) -> None:
    for name, service in containers(system):
        assert re.search(r":[\w.-]+$", service["image"]), name
        assert not service["image"].endswith(":latest"), name


def test_a_locked_digest_is_in_the_reference() -> None:
    digest = "sha256:" + "0" * 64
    content = rendered(PLAIN, **{"traefik:v3.7": digest})["compose.yaml"]
    assert yaml.safe_load(content)["services"]["gateway"]["image"] == f"traefik:v3.7@{digest}"


def test_code_is_built_once_for_all_who_run_it() -> None:
    services = document(SAGAS)["services"]
    builders = {name for name, service in services.items() if "build" in service}
    assert builders == set(SAGAS.services)
    for task in ("orders-migrate", "orders-worker"):
        assert services[task]["image"] == services["orders"]["image"]
        assert services[task]["pull_policy"] == "never"


def test_a_value_with_a_dollar_is_taken_as_it_is() -> None:
    environment = document(FULL)["services"]["orders"]["environment"]
    assert environment["MOTTO"] == 'it\'s $$5; "cheap" & 100%'


def test_resources_are_limits() -> None:
    orders = replace(FULL.services["orders"], resources=Resources(0.25, 100 * 1024**2 + 1))
    system = replace(FULL, services={**FULL.services, "orders": orders})
    limits = document(system)["services"]["orders"]["deploy"]["resources"]["limits"]
    assert limits == {"cpus": "0.25", "memory": "104857601b", "pids": 512}
    assert any("orders" in text for text in warned(system, "processes"))
    assert warned(FULL, "processes") == ()


def test_the_router_has_places_for_replicas_that_come_later() -> None:
    routes = yaml.safe_load(rendered(ROUTES)["gateway/traefik/dynamic/routes.yml"])
    servers = routes["http"]["services"]["s0"]["loadBalancer"]["servers"]
    assert len(servers) == compose.PLACES
    assert servers[0]["url"] == "http://{{ env `COMPOSE_PROJECT_NAME` }}-s0-1:8000"
    assert document(ROUTES)["services"]["s0"]["deploy"]["replicas"] == 3


def test_no_secret_is_in_the_environment_or_in_what_is_committed() -> None:
    files = rendered(FULL)
    for name, service in document(FULL)["services"].items():
        for variable, value in service.get("environment", {}).items():
            if "PASSWORD" in variable or variable.startswith(("DATABASE_URL", "NATS_URL")):
                assert value.startswith("/run/secrets/"), (name, variable)
    holders = {path for path, text in files.items() if "postgresql://" in text}
    assert holders == {"secrets/generate.sh"}


def test_what_it_cannot_do_is_said() -> None:
    assert any("21555" in text for text in warned(FULL, "compose"))
    assert warned(PLAIN, "compose") == ()
    orders = FULL.services["orders"]
    many = {f"s{n}": replace(orders, name=f"s{n}", path=f"s/{n}", calls={}) for n in range(40)}
    assert any("networks" in text for text in warned(System("many", services=many), "compose"))
    long = "a" * 40
    system = System(long, services={long: replace(orders, name=long, calls={})})
    assert any("host name" in text for text in warned(system, "compose"))


def _write(root: Path, system: System) -> Path:
    script = root / "secrets/generate.sh"
    script.parent.mkdir(parents=True)
    script.write_text(rendered(system)["secrets/generate.sh"])
    return script


def _contents(folder: Path) -> dict[str, tuple[str, int]]:
    return {file.name: (file.read_text(), file.stat().st_mtime_ns) for file in folder.iterdir()}


@pytest.mark.programs
def test_secrets_are_made_once_and_readable_by_containers_alone(tmp_path: Path) -> None:
    script = _write(tmp_path, FULL)
    subprocess.run(["sh", str(script)], check=True, cwd="/")
    first = _contents(script.parent)
    subprocess.run(["sh", str(script)], check=True, cwd="/")

    assert _contents(script.parent) == first, "running it again changes nothing"
    assert set(document(FULL)["secrets"]) <= set(first)
    assert stat.S_IMODE(script.parent.stat().st_mode) == 0o700
    modes = {stat.S_IMODE(f.stat().st_mode) for f in script.parent.iterdir() if f != script}
    assert modes == {0o444}
    password = first["orders-database-password"][0]
    assert re.fullmatch(r"[\w-]{32}", password)
    assert first["orders-database-url"][0] == (
        f"postgresql://orders:{password}@orders-postgres:5432/orders"
    )
    assert f'password: "{first["orders-nats-password"][0]}"' in first["nats.conf"][0]
    assert '"$JS.API.>"' in first["nats.conf"][0]


@pytest.mark.programs
def test_a_missing_secret_is_drawn_and_what_is_made_of_it_follows(tmp_path: Path) -> None:
    script = _write(tmp_path, FULL)
    subprocess.run(["sh", str(script)], check=True)
    first = _contents(script.parent)
    (script.parent / "payments-database-password").unlink()
    subprocess.run(["sh", str(script)], check=True)
    second = _contents(script.parent)

    changed = {name for name in first if first[name] != second[name]}
    assert changed == {"payments-database-password", "payments-database-url"}


@every_system
def test_every_secret_that_is_mounted_is_made(system: System) -> None:
    script = rendered(system)["secrets/generate.sh"]
    for name in document(system).get("secrets", {}):
        made = rf"^(draw|write|copy(_text)?) {re.escape(name)}\b"
        assert re.search(made, script, re.MULTILINE), name


@pytest.mark.programs
def test_a_key_that_the_user_keeps_is_copied_and_never_drawn(tmp_path: Path) -> None:
    key, ca = tmp_path / "key", tmp_path / "certs/ca.pem"
    ca.parent.mkdir()
    key.write_text('it\'s "$ecret" \\\n')
    ca.write_text("-----\n")
    cluster = TemporalCluster("t:7233", tls=Tls(ca="certs/ca.pem"), api_key_file=str(key))
    orders = replace(SAGAS.services["orders"], template="none", secrets={"STRIPE_KEY": str(key)})
    services = {**SAGAS.services, "orders": orders}
    files = rendered(replace(SAGAS, temporal=cluster, services=services))
    document = yaml.safe_load(files[compose.FILE])
    assert document["secrets"]["temporal-api-key"]["file"] == "./secrets/temporal-api-key"
    told = document["services"]["orders"]
    assert told["environment"]["STRIPE_KEY_FILE"] == "/run/secrets/orders-secret-stripe-key"
    assert "STRIPE_KEY" not in told["environment"]

    script = tmp_path / compose.GENERATE
    script.parent.mkdir()
    script.write_text(files[compose.GENERATE])
    subprocess.run(["sh", str(script)], check=True)
    made = {name: text for name, (text, _) in _contents(script.parent).items()}
    assert made["temporal-ca"] == "-----\n"
    assert made["temporal-api-key"] == key.read_text()
    text = key.read_text().rstrip()
    assert made["orders-secret-stripe-key"] == text, "Kubernetes tells variables all of it"
    assert 'STRIPE_KEY="it\'s \\"\\$ecret\\" \\\\"\n' in made["orders.env"]
