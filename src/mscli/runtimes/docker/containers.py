"""What there is of one copy of a system in Docker: containers, networks, volumes, by label."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from mscli.model.copies import Up
from mscli.runtimes.docker.engine import COMPOSE, PROJECT, run
from mscli.runtimes.runtime import Replica

KINDS = ("container", "network", "volume")


def listed(kind: str, system_id: str) -> list[str]:
    """Ids (names, of volumes) of everything of a kind that carries the system's label."""
    field = "{{.Name}}" if kind == "volume" else "{{.ID}}"
    every = ["--all"] if kind == "container" else []
    arguments = [kind, "ls", *every, "--filter", f"label={PROJECT}={system_id}"]
    return run([*arguments, "--format", field]).split()


def systems_up() -> list[Up]:
    """Every copy of a system of which a container runs, with the folder that Compose was told."""
    labels = (PROJECT, f"{PROJECT}.working_dir")
    told = "\t".join(f'{{{{.Label "{label}"}}}}' for label in labels)
    lines = run(["container", "ls", "--filter", "label=mscli.system", "--format", told])
    counted = Counter(lines.splitlines())
    copies = {tuple(line.split("\t")): count for line, count in counted.items()}
    return [Up(name, folder, count) for (name, folder), count in copies.items()]


def replicas(system_id: str) -> list[Replica]:
    """Every container of a copy, gateway and engines first, in the order of their names."""
    ids = listed("container", system_id)
    if not ids:
        return []
    inspected = json.loads(run(["container", "inspect", *ids]))
    found = [_replica(entry, system_id) for entry in inspected]
    order = ("gateway", "engine", "service", "task")
    return sorted(found, key=lambda replica: (order.index(replica.kind), replica.name))


def container_of(system_id: str, replica: str) -> str:
    """The name of a replica's container."""
    return f"{system_id}-{replica}"


def _replica(entry: Mapping[str, Any], system_id: str) -> Replica:
    labels, state = entry["Config"]["Labels"] or {}, entry["State"]
    name = _name(entry, labels, system_id)
    kind = str(labels.get("mscli.kind", "service"))
    health = (state.get("Health") or {}).get("Status", "")
    running = state["Status"] in ("running", "paused")
    return Replica(
        name=name,
        workload=str(labels.get("mscli.workload", labels.get(f"{COMPOSE}.service", name))),
        kind=kind if kind in ("gateway", "engine", "service", "task") else "service",
        state=_state(state, health, is_task=kind == "task"),
        ready=kind != "task" and state["Status"] == "running" and health in ("healthy", ""),
        restarts=int(entry.get("RestartCount", 0)),
        ports=_ports(entry),
        uptime=_age(state["StartedAt"]) if running else 0.0,
        exit_code=None if running else int(state["ExitCode"]),
        handle=str(entry["Id"]),
    )


def _name(entry: Mapping[str, Any], labels: Mapping[str, str], system_id: str) -> str:
    """A replica's name by its labels: one that Compose replaces has another name meanwhile."""
    service, number = labels.get(f"{COMPOSE}.service"), labels.get(f"{COMPOSE}.container-number")
    if service and number and labels.get(f"{COMPOSE}.oneoff") != "True":
        return f"{service}-{number}"
    return str(entry["Name"]).removeprefix("/").removeprefix(f"{system_id}-")


def _state(state: Mapping[str, Any], health: str, *, is_task: bool) -> str:
    status = str(state["Status"])
    if status == "running":
        return {"starting": "starting", "unhealthy": "unhealthy"}.get(health, "running")
    if status == "exited" and is_task and state["ExitCode"] == 0:
        return "completed"
    return "stopped" if status == "exited" and state["ExitCode"] in (0, 143) else status


def _ports(entry: Mapping[str, Any]) -> dict[str, int]:
    """Published ports, by the one inside."""
    published = (entry.get("NetworkSettings") or {}).get("Ports") or {}
    return {
        inside.partition("/")[0]: int(bound[0]["HostPort"])
        for inside, bound in published.items()
        if bound
    }


def _age(started: str) -> float:
    moment = datetime.fromisoformat(started[:19]).replace(tzinfo=UTC)
    return max(0.0, (datetime.now(UTC) - moment).total_seconds())
