"""Which kinds the server has: as discovery tells them, and by the paths of requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Object = dict[str, Any]
READ = ("get", "list", "watch")
WRITE = ("create", "delete", "deletecollection", "patch", "update")


@dataclass(frozen=True)
class Resource:
    """One kind. `definition` is its name among the schemas; empty where they know none."""

    group: str
    version: str
    plural: str
    kind: str
    definition: str = ""
    namespaced: bool = True
    subresources: tuple[str, ...] = ()

    @property
    def group_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def full_name(self) -> str:
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def path(self) -> str:
        root = f"/apis/{self.group_version}" if self.group else f"/api/{self.version}"
        return root + ("/namespaces/{namespace}" if self.namespaced else "") + f"/{self.plural}"


def _core(plural: str, kind: str, *sub: str, namespaced: bool = True) -> Resource:
    return Resource("", "v1", plural, kind, f"io.k8s.api.core.v1.{kind}", namespaced, sub)


def _of(group: str, version: str, plural: str, kind: str, *sub: str) -> Resource:
    definition = f"io.k8s.api.{group.partition('.')[0]}.{version}.{kind}"
    return Resource(group, version, plural, kind, definition, True, sub)


GATEWAY_API = "gateway.networking.k8s.io"
RESOURCES: tuple[Resource, ...] = (
    _core("namespaces", "Namespace", "status", namespaced=False),
    _core("nodes", "Node", namespaced=False),
    _core("pods", "Pod", "status", "log", "exec", "portforward"),
    _core("services", "Service", "status"),
    _core("configmaps", "ConfigMap"),
    _core("secrets", "Secret"),
    _core("serviceaccounts", "ServiceAccount"),
    _core("persistentvolumeclaims", "PersistentVolumeClaim", "status"),
    _core("events", "Event"),
    _of("apps", "v1", "deployments", "Deployment", "status", "scale"),
    _of("apps", "v1", "replicasets", "ReplicaSet", "status", "scale"),
    _of("apps", "v1", "statefulsets", "StatefulSet", "status", "scale"),
    _of("batch", "v1", "jobs", "Job", "status"),
    _of("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", "status"),
    _of("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", "status"),
    _of("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy"),
    _of("networking.k8s.io", "v1", "ingresses", "Ingress", "status"),
    Resource("rbac.authorization.k8s.io", "v1", "roles", "Role", "io.k8s.api.rbac.v1.Role"),
    Resource(
        "rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding",
        "io.k8s.api.rbac.v1.RoleBinding",
    ),
    _of("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice"),
)  # fmt: skip
"""What every cluster has. The Gateway API is an add-on, and this one has not got it."""

BY_KIND = {(each.group_version, each.kind): each for each in RESOURCES}
BY_PLURAL = {(each.group_version, each.plural): each for each in RESOURCES}
NAMED = {each.plural: each for each in RESOURCES}


def discovery(group_version: str) -> Object:
    """The APIResourceList of a group and version."""
    listed: list[Object] = []
    for each in (each for each in RESOURCES if each.group_version == group_version):
        listed.append(_listed(each, each.plural, [*READ, *WRITE]))
        listed += [
            _listed(each, f"{each.plural}/{name}", ["get", "create", "patch", "update"])
            for name in each.subresources
        ]
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": group_version,
        "resources": listed,
    }


SHORT = {
    "pods": ["po"],
    "services": ["svc"],
    "namespaces": ["ns"],
    "deployments": ["deploy"],
    "statefulsets": ["sts"],
    "replicasets": ["rs"],
    "configmaps": ["cm"],
    "persistentvolumeclaims": ["pvc"],
}


def _listed(each: Resource, name: str, verbs: list[str]) -> Object:
    scale = name.endswith("/scale")
    return {
        "name": name,
        "shortNames": SHORT.get(name, []),
        "singularName": each.kind.lower(),
        "namespaced": each.namespaced,
        "kind": "Scale" if scale else each.kind,
        "verbs": verbs,
    }


def groups() -> Object:
    """The APIGroupList."""
    found: dict[str, list[str]] = {}
    for each in RESOURCES:
        if each.group and each.version not in found.setdefault(each.group, []):
            found[each.group].append(each.version)
    return {
        "kind": "APIGroupList",
        "apiVersion": "v1",
        "groups": [
            {
                "name": name,
                "versions": (
                    named := [{"groupVersion": f"{name}/{v}", "version": v} for v in versions]
                ),
                "preferredVersion": named[0],
            }
            for name, versions in found.items()
        ],
    }


def openapi_index() -> Object:
    """What /openapi/v3 lists."""
    places = {
        each.path.partition("/namespaces")[0].rpartition(f"/{each.plural}")[0]
        if not each.namespaced
        else each.path.partition("/namespaces")[0]
        for each in RESOURCES
    }
    return {
        "paths": {
            place.strip("/"): {"serverRelativeURL": f"/openapi/v3{place}?hash=1"}
            for place in sorted(places)
        }
    }


def openapi(group_version: str) -> Object:
    """Enough of a group's OpenAPI v3 for kubectl: which writes take `fieldValidation`."""
    parameters = [{"name": "fieldValidation", "in": "query", "schema": {"type": "string"}}]
    paths: Object = {}
    for each in (each for each in RESOURCES if each.group_version == group_version):
        kind = {"group": each.group, "version": each.version, "kind": each.kind}
        operation = {
            "parameters": parameters,
            "responses": {"200": {"description": "OK"}},
            "x-kubernetes-group-version-kind": kind,
        }
        paths[f"{each.path}/{{name}}"] = {"patch": operation}
    return {
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes", "version": "v1.37.0"},
        "paths": paths,
    }
