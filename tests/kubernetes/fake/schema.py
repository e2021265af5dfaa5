"""The OpenAPI schemas of a Kubernetes release: what a real server rejects, and how lists merge."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from importlib import resources
from typing import Any

import jsonschema
import referencing

from tests.kubernetes.fake.resources import Object, Resource

RELEASE = "v1.37.0-local-strict"
_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")
_UNKNOWN = re.compile(r"'([^']+)'")


@functools.cache
def definitions() -> Object:
    """Every schema by the name of its type."""
    folder = resources.files("kubernetes_validate").joinpath("kubernetes-json-schema", RELEASE)
    document: Object = json.loads(folder.joinpath("_definitions.json").read_text())
    return document


@functools.cache
def _validator(definition: str) -> jsonschema.Draft202012Validator:
    resource = referencing.Resource.from_contents(definitions())
    registry: referencing.Registry[Any] = referencing.Registry().with_resource("k8s:", resource)
    return jsonschema.Draft202012Validator({"$ref": f"k8s:#/$defs/{definition}"}, registry=registry)


def shape(definition: str) -> Object:
    """The schema of a type."""
    found: Object = definitions()["$defs"][definition]
    return found


def resolved(schema: Object) -> Object:
    """A schema with its reference followed."""
    if "$ref" in schema:
        return shape(str(schema["$ref"]).rpartition("/")[2]) | {
            key: value for key, value in schema.items() if key.startswith("x-")
        }
    return schema


def child(schema: Object, name: str) -> Object:
    """The schema of a field of an object."""
    properties = schema.get("properties", {})
    if name in properties:
        return resolved(properties[name])
    more = schema.get("additionalProperties")
    return resolved(more) if isinstance(more, dict) else {}


def keys_of(schema: Object) -> list[str] | None:
    """By which fields the items of a list are told apart; None for a list that is one value."""
    keys: list[str] | None = schema.get("x-kubernetes-list-map-keys")
    return keys if schema.get("x-kubernetes-list-type") == "map" else None


def faults(resource: Resource, found: Object) -> Iterator[str]:
    """What a real server says of an object that it does not take."""
    name = found.get("metadata", {}).get("name", "")
    if not _NAME.fullmatch(str(name)):
        yield f'metadata.name: Invalid value: "{name}": must be an RFC 1123 name'
    if resource.definition:
        for error in _validator(resource.definition).iter_errors(found):
            yield _sentence(error)
    yield from _selector(found)
    yield from _containers(found)


def _sentence(error: jsonschema.ValidationError) -> str:
    place = ".".join(str(part) for part in error.absolute_path)
    if error.validator == "additionalProperties":
        names = _UNKNOWN.findall(error.message)
        unknown = f"{place}.{names[-1] if names else '?'}".strip(".")
        return f'unknown field "{unknown}"'
    return f"{place}: {error.message}"


def _selector(found: Object) -> Iterator[str]:
    spec = found.get("spec") or {}
    if found["kind"] not in ("Deployment", "StatefulSet", "ReplicaSet"):
        return
    wanted = (spec.get("selector") or {}).get("matchLabels") or {}
    labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels") or {}
    if any(labels.get(key) != value for key, value in wanted.items()) or not wanted:
        place = "spec.template.metadata.labels"
        yield f"{place}: Invalid value: `selector` does not match template `labels`"


def pod_spec(found: Object) -> Object:
    """The pod's specification of anything that makes pods, or is one; empty for other kinds."""
    spec = found.get("spec") or {}
    if found["kind"] == "Pod":
        return dict(spec)
    return dict((spec.get("template") or {}).get("spec") or {})


def _containers(found: Object) -> Iterator[str]:
    spec = pod_spec(found)
    volumes = {each["name"] for each in spec.get("volumes") or []}
    volumes |= {
        each["metadata"]["name"]
        for each in (found.get("spec") or {}).get("volumeClaimTemplates") or []
    }
    names: set[str] = set()
    for each in [*(spec.get("initContainers") or []), *(spec.get("containers") or [])]:
        if each["name"] in names:
            yield f'spec.template.spec.containers: Duplicate value: "{each["name"]}"'
        names.add(each["name"])
        if not each.get("image"):
            yield "spec.template.spec.containers[0].image: Required value"
        for mount in each.get("volumeMounts") or []:
            if mount["name"] not in volumes:
                yield f'volumeMounts[0].name: Not found: "{mount["name"]}"'
    if found["kind"] == "Job" and spec.get("restartPolicy") not in ("Never", "OnFailure"):
        yield "spec.template.spec.restartPolicy: Required value: valid values: OnFailure, Never"
