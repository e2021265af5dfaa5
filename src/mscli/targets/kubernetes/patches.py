"""What one object is more or less than another, as a strategic merge patch.

https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

KEYS = {"containers": "name", "initContainers": "name", "volumes": "name"}
"""Lists that are merged item by item, and by what; those of objects that patches are made of."""


def patch_of(base: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The patch that makes `wanted` out of `base`; empty if they are the same."""
    changes = _difference(base, wanted)
    if not changes:
        return {}
    named = {"metadata": {"name": base["metadata"]["name"]}}
    return {"apiVersion": base["apiVersion"], "kind": base["kind"], **named, **changes}


def _difference(base: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    changes: dict[str, Any] = {key: None for key in base if key not in wanted}
    for key, value in wanted.items():
        before = base.get(key)
        if key in base and before == value:
            continue
        if isinstance(before, dict) and isinstance(value, dict):
            changes[key] = _difference(before, value)
        elif key in KEYS and before:
            changes[key] = _items(before, value, KEYS[key])
        else:
            changes[key] = value
    return changes


def _items(
    base: Sequence[Mapping[str, Any]], wanted: Sequence[Mapping[str, Any]], key: str
) -> list[dict[str, Any]]:
    before = {item[key]: item for item in base}
    names = [item[key] for item in wanted]
    changes = [
        {key: item[key], **_difference(before.get(item[key], {}), item)}
        for item in wanted
        if before.get(item[key]) != item
    ]
    return changes + [{key: name, "$patch": "delete"} for name in before if name not in names]
