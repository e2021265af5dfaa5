"""Nothing of a Stack is lost on the way to a target: it is there, or the target says why not.

One row a feature, one reader a target. A new target has no place in the table until it is added to
every row, and a new field of a workload belongs to no row until somebody says where it goes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from functools import cache
from typing import Any

import pytest
import yaml
from tests.systems import FULL, SAGAS, SYSTEMS, bindings

from mscli.model.kinds import Kind, Until
from mscli.model.resources import Resources
from mscli.model.stack import Stack, Workload
from mscli.model.system import System
from mscli.model.values import secrets_read
from mscli.render import TARGETS, render_files, stack_for, warnings_of

LIMITED = replace(
    FULL,
    services={
        **FULL.services,
        "orders": replace(FULL.services["orders"], resources=Resources(0.5, 64 * 1024**2)),
    },
)
SUBJECTS: Mapping[str, System] = {**SYSTEMS, "full": LIMITED}

Reader = Callable[["Rendered", Workload], object]
NAMED = "app.kubernetes.io/name"


class Rendered:
    """What one target made of one system."""

    def __init__(self, name: str, target: str) -> None:
        self.system = SUBJECTS[name]
        self.stack: Stack = stack_for(self.system, target)
        files = render_files(self.system, target, bindings(self.system))
        self.files = {file.path: file.content for file in files}
        self.warnings = warnings_of(stack_for(self.system, target), target)
        self.services: dict[str, Any] = {}
        self.processes: dict[str, list[dict[str, Any]]] = {}
        if target == "compose":
            self.services = yaml.safe_load(self.files["compose.yaml"])["services"]
        if target == "processes":
            for process in json.loads(self.files["processes/processes.json"])["processes"]:
                self.processes.setdefault(process["workload"], []).append(process)
        self.objects: dict[tuple[str, str], dict[str, Any]] = {}
        for path, text in self.files.items():
            elsewhere = "/overlays/" in path and "/overlays/local/" not in path
            if target == "kubernetes" and path.endswith(".yaml") and not elsewhere:
                self._read(text)
            if target == "helm" and path in self._charts():
                self._read(installed(text, yaml.safe_load(self.files["helm/values.yaml"])))

    def _charts(self) -> set[str]:
        names = {"network", *self.stack.workloads}
        return {f"helm/templates/{name}.yaml" for name in names}

    def _read(self, text: str) -> None:
        for each in yaml.safe_load_all(text):
            if each and "metadata" in each:
                self.objects[each["kind"], each["metadata"]["name"]] = each

    def runs(self, workload: Workload) -> dict[str, Any]:
        """The spec of what runs a workload in Kubernetes."""
        kinds = ("Deployment", "StatefulSet", "Job")
        found = [
            each["spec"]
            for (kind, _), each in self.objects.items()
            if kind in kinds and each["metadata"]["labels"][NAMED] == workload.name
        ]
        assert len(found) == 1, workload.name
        return found[0]  # type: ignore[no-any-return]

    def pod(self, workload: Workload) -> dict[str, Any]:
        """The spec of a workload's pods."""
        return self.runs(workload)["template"]["spec"]  # type: ignore[no-any-return]

    def warned(self, name: str) -> bool:
        return any(name in text for text in self.warnings)


_CHOSEN = re.compile(r"\{\{ (toJson )?\(index \$\.Values\.(\w+) \"([^\"]+)\"\)\.(\w+) \}\}")


def installed(text: str, values: Mapping[str, Any]) -> str:
    """A template of the chart as Helm fills it in for `local`; tests/kubernetes asks Helm."""
    kept, lines = True, []
    for line in text.splitlines():
        if line.startswith("{{- if has .Values.environment"):
            kept = '"local"' in line
        elif line == "{{- end }}":
            kept = True
        elif kept:
            lines.append(line)
    filled = _CHOSEN.sub(
        lambda found: json.dumps(values[found[2]][found[3]][found[4]]), "\n".join(lines)
    )
    filled = re.sub(r"\{\{ include .*? \}\}", "filled", filled)
    return re.sub(r'\{\{ "(\{\{|\}\})" \}\}', lambda found: found[1], filled)


@cache
def rendered(name: str, target: str) -> Rendered:
    return Rendered(name, target)


# What each target says of a workload, in the form in which the Stack has it.


def _compose_waits(r: Rendered, w: Workload) -> object:
    kinds = {"service_healthy": Until.READY, "service_completed_successfully": Until.COMPLETED}
    found = r.services[w.name].get("depends_on", {}).items()
    return {
        (other, kinds[wait["condition"]], wait.get("required", True))
        for other, wait in found
        if other in r.stack.workloads
    }


def _process_waits(r: Rendered, w: Workload) -> object:
    return {
        (wait["workload"], Until(wait["until"]), wait["required"])
        for wait in r.processes[w.name][0]["waits"]
    }


def _compose_secrets(r: Rendered, w: Workload) -> object:
    return {name for name in r.services[w.name].get("secrets", ()) if name in r.stack.secrets}


def _process_secrets(r: Rendered, w: Workload) -> object:
    told = set(r.processes[w.name][0]["environment"].values())
    kept = {name for name, secret in r.stack.secrets.items() if secret.given}
    return {
        name
        for name in secrets_read(w)
        if (f"/keys/{name}" in told if name in kept else f"secrets/{name}" in r.files)
    }


def _called(environment: Mapping[str, str]) -> set[str]:
    return {name for name in environment if name.startswith("CALL_")}


def _compose_limits(r: Rendered, w: Workload) -> object:
    limits = r.services[w.name]["deploy"]["resources"]["limits"]
    return (float(limits["cpus"]), int(limits["memory"].rstrip("M")) * 1024**2)


def _no_limits(r: Rendered, w: Workload) -> object:
    """Processes have none; whoever asked for some is told."""
    said = w.resources is None or w.kind is not Kind.SERVICE or r.warned(w.name)
    return _limits(r, w) if said else None


def _limits(_: Rendered, w: Workload) -> object:
    wanted = w.resources or Resources()
    return (wanted.cpus, wanted.memory)


def _routes(text: str) -> set[str]:
    document = yaml.safe_load(text)
    names = (name for name in document["http"]["routers"] if name.startswith("route "))
    return {name.removeprefix("route ") for name in names}


def _compose_volumes(r: Rendered, w: Workload) -> object:
    return {m["source"] for m in r.services[w.name].get("volumes", ()) if m["type"] == "volume"}


def _process_volumes(r: Rendered, w: Workload) -> object:
    """A process has the folders of its own that it has, where they are."""
    found = {path.rpartition("/")[2] for path in r.processes[w.name][0]["volumes"]}
    return found | set(w.folders)


def _pod_waits(r: Rendered, w: Workload) -> object:
    """What init containers wait for; that nothing else has an order is said."""
    before = {each["name"]: each for each in r.pod(w).get("initContainers", ())}
    ports = before.pop("wait", {"args": []})["args"]
    theirs = {wait.workload for task in before for wait in r.stack.workloads[task].waits}
    found = {(port.partition(":")[0], Until.READY, True) for port in ports}
    found = {each for each in found if each[0] not in theirs}
    found |= {(task, Until.COMPLETED, True) for task in before}
    found |= {
        (wait.workload, wait.until, True)
        for wait in w.waits
        if r.warned(f"{w.name} may start before {wait.workload}")
    }
    said = any("no order" in text for text in r.warnings)
    return found | {
        (wait.workload, wait.until, False) for wait in w.waits if said and not wait.required
    }


def _pod_secrets(r: Rendered, w: Workload) -> object:
    volumes = {volume["name"]: volume for volume in r.pod(w)["volumes"]}
    sources = volumes.get("secrets", {"projected": {"sources": []}})["projected"]["sources"]
    return {s["secret"]["name"] for s in sources if s["secret"]["name"] in r.stack.secrets}


def _pod_environment(r: Rendered, w: Workload) -> set[str]:
    found: set[str] = set()
    for source in r.pod(w)["containers"][0].get("envFrom", ()):
        found |= set(r.objects["ConfigMap", source["configMapRef"]["name"]]["data"])
    return found | {each["name"] for each in r.pod(w)["containers"][0].get("env", ())}


def _compose_environment(r: Rendered, w: Workload) -> set[str]:
    service = r.services[w.name]
    found = set(service.get("environment", ())) - {"COMPOSE_PROJECT_NAME"}
    for file in service.get("env_file", ()):
        (line,) = (
            line
            for line in r.files["secrets/generate.sh"].split("write ")
            if line.startswith(file.rpartition("/")[2])
        )
        found |= set(re.findall(r"(\w+)=\"'\"", line))
    return found


def _pod_limits(r: Rendered, w: Workload) -> object:
    limits = r.pod(w)["containers"][0]["resources"]["limits"]
    cpu = limits["cpu"]
    cpus = float(cpu.removesuffix("m")) / (1000 if cpu.endswith("m") else 1)
    return (cpus, int(limits["memory"].removesuffix("Mi")) * 1024**2)


def _pod_grace(r: Rendered, w: Workload) -> object:
    before = r.pod(w)["containers"][0].get("lifecycle", {}).get("preStop", {})
    pause = before.get("sleep", {"seconds": 0})["seconds"]
    sent = before["exec"]["command"][-1].split()[1] if "exec" in before else "-TERM"
    return (r.pod(w)["terminationGracePeriodSeconds"] - pause, sent.removeprefix("-"))


def _pod_volumes(r: Rendered, w: Workload) -> object:
    claims = {each["metadata"]["name"] for each in r.runs(w).get("volumeClaimTemplates", ())}
    claims |= {name for kind, name in r.objects if kind == "PersistentVolumeClaim"}
    mounts = {each["name"] for each in r.pod(w)["containers"][0]["volumeMounts"]}
    return claims & mounts


def _gateway_routes(r: Rendered) -> object:
    (data,) = (
        each["data"]
        for (kind, _), each in r.objects.items()
        if kind == "ConfigMap" and "dynamic_routes.yml" in each["data"]
    )
    return _routes(data["dynamic_routes.yml"])


WANTED: Mapping[str, Reader] = {
    "replicas": lambda _, w: w.replicas,
    "limits": _limits,
    "probe": lambda _, w: w.probe is not None,
    "waits": lambda _, w: {(wait.workload, wait.until, wait.required) for wait in w.waits},
    "secrets": lambda _, w: set(secrets_read(w)),
    "calls": lambda _, w: _called(w.environment),  # type: ignore[arg-type]
    "environment": lambda _, w: set(w.environment),
    "volumes": lambda _, w: {*w.volumes, *w.folders},
    "grace": lambda _, w: (w.grace, w.stop_signal),
    "routes": lambda r, _: {route.path for route in r.system.routes},
    "profiles": lambda _, w: list(w.profiles),
}
"""What the Stack says, by feature."""

PODS: Mapping[str, Reader] = {
    "replicas": lambda r, w: r.runs(w).get("replicas", 1),
    "limits": _pod_limits,
    "probe": lambda r, w: "readinessProbe" in r.pod(w)["containers"][0],
    "waits": _pod_waits,
    "secrets": _pod_secrets,
    "calls": lambda r, w: _called(dict.fromkeys(_pod_environment(r, w), "")),
    "environment": _pod_environment,
    "volumes": _pod_volumes,
    "grace": _pod_grace,
    "routes": lambda r, _: _gateway_routes(r),
    "profiles": lambda _r, _w: [],
}
"""What pods say, whoever applies them."""

FOUND: Mapping[str, Mapping[str, Reader]] = {
    "compose": {
        "replicas": lambda r, w: r.services[w.name]["deploy"].get("replicas", 1),
        "limits": _compose_limits,
        "probe": lambda r, w: "healthcheck" in r.services[w.name],
        "waits": _compose_waits,
        "secrets": _compose_secrets,
        "calls": lambda r, w: _called(r.services[w.name].get("environment", {})),
        "environment": _compose_environment,
        "volumes": _compose_volumes,
        "grace": lambda r, w: (
            float(r.services[w.name]["stop_grace_period"].rstrip("s")),
            r.services[w.name].get("stop_signal", "SIGTERM").removeprefix("SIG"),
        ),
        "routes": lambda r, _: _routes(r.files["gateway/traefik/dynamic/routes.yml"]),
        "profiles": lambda r, w: r.services[w.name].get("profiles", []),
    },
    "processes": {
        "replicas": lambda r, w: len(r.processes[w.name]),
        "limits": _no_limits,
        "probe": lambda r, w: r.processes[w.name][0]["probe"] is not None,
        "waits": _process_waits,
        "secrets": _process_secrets,
        "calls": lambda r, w: _called(r.processes[w.name][0]["environment"]),
        "environment": lambda r, w: (
            {*r.processes[w.name][0]["environment"], *r.processes[w.name][0].get("secrets", ())}
            - {"MSCLI_STACK", "MSCLI_PROCESS", "PATH"}
        ),
        "volumes": _process_volumes,
        "grace": lambda r, w: (
            r.processes[w.name][0]["grace"],
            r.processes[w.name][0]["stop_signal"],
        ),
        "routes": lambda r, _: _routes(r.files["processes/gateway/dynamic/routes.yml"]),
        "profiles": lambda _r, _w: [],
    },
    "kubernetes": PODS,
    "helm": PODS,
}
"""What each target's files say, by feature."""


OF_FIELD: Mapping[str, str] = {
    "replicas": "replicas",
    "resources": "limits",
    "probe": "probe",
    "waits": "waits",
    "environment": "environment",
    "volumes": "volumes",
    "folders": "volumes",
    "grace": "grace",
    "stop_signal": "grace",
    "profiles": "profiles",
}
ELSEWHERE = frozenset(
    # The golden trees and the engines' tests are about these.
    ("name", "kind", "program", "arguments", "ports", "configs", "inputs", "reached")
)


def test_the_table_is_whole() -> None:
    assert set(FOUND) == set(TARGETS), "a target that nobody compares"
    for target, readers in FOUND.items():
        assert set(readers) == set(WANTED), target
    assert {field.name for field in fields(Workload)} == set(OF_FIELD) | ELSEWHERE


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("feature", WANTED)
def test_every_feature_is_in_every_target_or_warned_of(feature: str, target: str) -> None:
    for name in SUBJECTS:
        made = rendered(name, target)
        for workload in made.stack.workloads.values():
            found = FOUND[target][feature](made, workload)
            assert found == WANTED[feature](made, workload), (name, workload.name)


def test_the_table_sees_what_is_lost() -> None:
    """Each feature is used by some workload: a reader that finds nothing would pass otherwise."""
    for feature, read in WANTED.items():
        seen = {
            repr(read(made, workload))
            for made in (rendered("full", "compose"), rendered(SAGAS.name, "compose"))
            for workload in made.stack.workloads.values()
        }
        assert len(seen) > 1, feature


def test_a_limit_that_a_target_cannot_keep_is_said() -> None:
    assert rendered("full", "processes").warned("orders")
    assert not rendered("full", "compose").warned("orders:")
