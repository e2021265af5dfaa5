"""Every object of every overlay: valid in three versions of Kubernetes, whole, and hardened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import kubernetes_validate
import pytest
from kubernetes_validate import utils

from mscli.systemfile.naming import NAME_PATTERN
from tests.manifests.conftest import CASES, Written
from tests.manifests.trees import Object, Objects, containers, pods

pytestmark = pytest.mark.programs

VERSIONS = ("1.35", "1.36", "1.37")
ADD_ONS = {"HTTPRoute", "Gateway", "ExternalSecret", "SealedSecret"}
"""Kinds that a cluster has by an add-on; test_exposure.py asks a controller about two of them."""

QUANTITY = re.compile(r"[0-9]+(\.[0-9]+)?(m|Ki|Mi|Gi)?")
NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
FALSE_SIGNS = {"Service": ("spec", "selector"), "PodDisruptionBudget": ("spec", "selector")}


def _shape(node: object) -> str:
    """What of an object its schema judges: which fields there are, and of which types."""
    if isinstance(node, dict):
        free = {key for key in node if "." in key or key.isupper()}  # labels, variables
        fields = {key: _shape(value) for key, value in node.items() if key not in free}
        return str(sorted(fields.items()))
    if isinstance(node, list):
        return str(sorted({_shape(item) for item in node}))
    return type(node).__name__


def test_every_object_is_valid_in_the_last_three_versions(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It reads a megabyte of schemas anew for every object.
    monkeypatch.setattr(utils, "schema_contents", cache(utils.schema_contents))
    seen: set[str] = set()
    for name, environment in CASES:
        for each in written.kustomized(name, environment).values():
            shape = each["kind"] + _shape(each)
            if each["kind"] in ADD_ONS or shape in seen:
                continue
            seen.add(shape)
            for version in VERSIONS:
                kubernetes_validate.validate(each, version, strict=True)
    assert len(seen) > 30


def test_no_object_names_a_namespace_and_all_are_labelled(
    objects: Objects, case: tuple[str, str]
) -> None:
    for (kind, name), each in objects.items():
        assert "namespace" not in each["metadata"], name
        assert NAME.fullmatch(name), name
        assert len(name) <= 63, name
        if kind == "SealedSecret":  # kubeseal's
            continue
        labels = each["metadata"]["labels"]
        assert labels["app.kubernetes.io/part-of"] == case[0], (kind, name)
        assert labels["app.kubernetes.io/managed-by"] == "mscli"
        if kind not in ("Secret", "ExternalSecret") and not name.startswith(f"{case[0]}-n"):
            assert re.fullmatch(NAME_PATTERN.replace("38", "61"), labels["app.kubernetes.io/name"])
            assert labels["app.kubernetes.io/component"] in ("gateway", "service", "engine", "task")


def test_every_selector_chooses_pods(objects: Objects) -> None:
    """And one workload's alone, but for the system's own policies."""
    labels = [pod["metadata"]["labels"] for pod in pods(objects).values()]
    for (kind, name), each in objects.items():
        for selector in _selectors(each.get("spec", {}), kind):
            chosen = [one for one in labels if selector.items() <= one.items()]
            assert chosen, (kind, name, selector)
            if "app.kubernetes.io/name" in selector:
                assert len(chosen) == 1, (kind, name)


def _selectors(node: object, kind: str) -> Iterator[Object]:
    if kind == "Service" and isinstance(node, dict):
        yield node["selector"]
    elif isinstance(node, dict):
        if "matchLabels" in node and "kubernetes.io/metadata.name" not in node["matchLabels"]:
            if "k8s-app" not in node["matchLabels"]:
                yield node["matchLabels"]
        else:
            for value in node.values():
                yield from _selectors(value, "")
    elif isinstance(node, list):
        for value in node:
            yield from _selectors(value, "")


def test_a_workload_chooses_its_own_pods(objects: Objects) -> None:
    for (kind, name), pod in pods(objects).items():
        spec = objects[kind, name]["spec"]
        if kind != "Job":
            assert spec["selector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
        assert pod["metadata"]["labels"] == objects[kind, name]["metadata"]["labels"]


def test_every_port_that_is_named_is_there(objects: Objects) -> None:
    by_name = {pod["metadata"]["labels"]["app.kubernetes.io/name"]: pod for pod in _all(objects)}
    for (kind, name), each in objects.items():
        if kind == "Service":
            pod = by_name[each["spec"]["selector"]["app.kubernetes.io/name"]]
            ports = {port["name"] for c in pod["spec"]["containers"] for port in c["ports"]}
            assert {port["targetPort"] for port in each["spec"]["ports"]} <= ports, name
    for pod in _all(objects):
        for container in pod["spec"]["containers"]:
            ports = {port["name"] for port in container.get("ports", ())}
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                asked = container.get(probe, {})
                way = asked.get("httpGet") or asked.get("tcpSocket") or {"port": None}
                assert way["port"] in {*ports, None}, container["name"]


def _all(objects: Objects) -> list[Object]:
    return list(pods(objects).values())


def test_all_that_a_pod_refers_to_is_there(objects: Objects) -> None:
    """ConfigMaps and their keys, Secrets where they are made here, accounts, volumes."""
    makes_secrets = any(kind in ("Secret", "ExternalSecret", "SealedSecret") for kind, _ in objects)
    for (kind, name), pod in pods(objects).items():
        spec = pod["spec"]
        assert ("ServiceAccount", spec["serviceAccountName"]) in objects, name
        volumes = {volume["name"] for volume in spec["volumes"]}
        volumes |= {
            claim["metadata"]["name"]
            for claim in objects[kind, name]["spec"].get("volumeClaimTemplates", ())
        }
        for container in containers(pod):
            mounts = {mount["name"] for mount in container.get("volumeMounts", ())}
            assert mounts <= volumes, (name, container["name"])
            paths = [mount["mountPath"] for mount in container.get("volumeMounts", ())]
            assert len(set(paths)) == len(paths)
            for source in container.get("envFrom", ()):
                assert ("ConfigMap", source["configMapRef"]["name"]) in objects, name
        for volume in spec["volumes"]:
            if "configMap" in volume:
                data = objects["ConfigMap", volume["configMap"]["name"]]["data"]
                assert {item["key"] for item in volume["configMap"]["items"]} == set(data)
            for source in volume.get("projected", {}).get("sources", ()):
                secret = source["secret"]["name"]
                found = any((kind, secret) in objects for kind in SECRETS)
                assert found == makes_secrets, secret


SECRETS = ("Secret", "ExternalSecret", "SealedSecret")


def test_every_address_that_a_pod_is_told_is_a_service_with_that_port(objects: Objects) -> None:
    services = {
        f"{name}:{port['port']}"
        for (kind, name), each in objects.items()
        if kind == "Service"
        for port in each["spec"]["ports"]
    }
    for (kind, name), each in objects.items():
        if kind == "ConfigMap":
            for variable, value in each["data"].items():
                if variable.startswith("CALL_") and variable.endswith("_URL"):
                    assert f"{value.removeprefix('http://')}:80" in services, (name, variable)
    for pod in _all(objects):
        for container in pod["spec"].get("initContainers", ()):
            if container["name"] == "wait":
                assert set(container["args"]) <= services


def test_every_pod_is_restricted(objects: Objects) -> None:
    """https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted"""
    allowed = {"configMap", "emptyDir", "persistentVolumeClaim", "projected", "secret"}
    for name, pod in pods(objects).items():
        spec = pod["spec"]
        security = spec["securityContext"]
        assert security["runAsNonRoot"] is True, name
        assert security["runAsUser"] > 0
        assert security["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(spec), name
        assert spec["automountServiceAccountToken"] is False
        assert spec["enableServiceLinks"] is False
        for volume in spec["volumes"]:
            assert set(volume) - {"name"} <= allowed, name
        for container in containers(pod):
            own = container["securityContext"]
            assert own["allowPrivilegeEscalation"] is False
            assert own["capabilities"] == {"drop": ["ALL"]}
            assert own["readOnlyRootFilesystem"] is True
            assert "privileged" not in own
            assert not any("hostPort" in port for port in container.get("ports", ()))


def test_every_container_has_limits_a_pinned_image_and_what_runs_has_probes(
    objects: Objects,
) -> None:
    for (kind, name), pod in pods(objects).items():
        for container in containers(pod):
            for part in ("requests", "limits"):
                assert set(container["resources"][part]) == {"cpu", "memory"}
                for quantity in container["resources"][part].values():
                    assert QUANTITY.fullmatch(quantity), quantity
            tag = container["image"].rpartition(":")[2]
            assert re.fullmatch(r"[\w.-]+", tag), container["image"]
            assert tag != "latest", container["image"]
        for container in pod["spec"]["containers"]:
            probes = {"startupProbe", "readinessProbe", "livenessProbe"} & set(container)
            assert len(probes) == (0 if kind == "Job" else 3), name


def test_a_rollout_never_takes_the_last_replica(objects: Objects) -> None:
    for (kind, name), each in objects.items():
        if kind != "Deployment":
            continue
        assert each["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
        spec = each["spec"]["template"]["spec"]
        pause = spec["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
        assert spec["terminationGracePeriodSeconds"] > pause, name
        spread = {constraint["topologyKey"] for constraint in spec["topologySpreadConstraints"]}
        assert spread == {"topology.kubernetes.io/zone", "kubernetes.io/hostname"}


def test_what_scales_is_never_drained_to_nothing(objects: Objects, case: tuple[str, str]) -> None:
    for (kind, name), each in objects.items():
        scaler = objects.get(("HorizontalPodAutoscaler", name))
        if kind != "Deployment":
            continue
        assert (scaler is not None) == (case[1] != "local" and each["spec"].get("replicas") != 0)
        assert (scaler is not None) == (("PodDisruptionBudget", name) in objects)
        if scaler:
            assert "replicas" not in each["spec"], "applying it would undo the autoscaler"
            assert scaler["spec"]["minReplicas"] <= scaler["spec"]["maxReplicas"]


def test_no_secret_is_in_what_is_committed(written: Written) -> None:
    folder = written.folder("full")
    drawn = [
        file.read_text()
        for file in (folder / "kubernetes/overlays/local/secrets").iterdir()
        if "password" in file.name
    ]
    assert drawn
    for file in folder.rglob("*.yaml"):
        text = file.read_text()
        assert not any(password in text for password in drawn), file
