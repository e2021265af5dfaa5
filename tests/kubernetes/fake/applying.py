"""Server-side apply: who owns which field, where two disagree, and what goes when nobody wants it.

A path is a tuple of the keys that `managedFields` has: `f:` for a field, `k:` for an item of a list
whose items have keys, `v:` for one of a set. https://kubernetes.io/docs/reference/using-api/server-side-apply/
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.kubernetes.fake import schema
from tests.kubernetes.fake.resources import Object

Path = tuple[str, ...]
Owners = dict[tuple[str, str], frozenset[Path]]
"""Fields by who wrote them last: a manager's name, and Apply or Update."""
_IDENTITY = {
    ("f:apiVersion",),
    ("f:kind",),
    ("f:metadata", "f:name"),
    ("f:metadata", "f:namespace"),
}


class Conflict(Exception):
    """Fields that somebody else owns with another value, by who that is."""

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        super().__init__(fields)
        self.fields = fields


def owned(found: Object, kind: Object) -> frozenset[Path]:
    """Every leaf that an object sets, without what names it, and without its status."""
    document = {key: value for key, value in found.items() if key != "status"}
    return frozenset(_leaves(document, kind, ())) - _IDENTITY


def _leaves(value: Any, kind: Object, path: Path) -> Iterator[Path]:
    keys = schema.keys_of(kind)
    if isinstance(value, dict) and value and kind.get("x-kubernetes-map-type") != "atomic":
        for name, each in value.items():
            yield from _leaves(each, schema.child(kind, name), (*path, f"f:{name}"))
    elif isinstance(value, list) and keys:
        for each in value:
            item = (*path, _key(each, keys))
            yield item
            yield from _leaves(each, schema.resolved(kind["items"]), item)
    elif isinstance(value, list) and kind.get("x-kubernetes-list-type") == "set":
        yield from ((*path, f"v:{json.dumps(each)}") for each in value)
    else:
        yield path


def _key(item: Object, keys: list[str]) -> str:
    known = {key: item.get(key, "TCP" if key == "protocol" else None) for key in keys}
    return "k:" + json.dumps({key: value for key, value in known.items() if value is not None})


def applied(
    live: Object, wanted: Object, kind: Object, owners: Owners, manager: str, *, force: bool
) -> tuple[Object, Owners]:
    """The object and its owners once `manager` has applied `wanted`. Raises Conflict."""
    me = (manager, "Apply")
    mine = owned(wanted, kind)
    others = {who: paths for who, paths in owners.items() if who != me}
    conflicts: dict[str, list[str]] = {}
    for (name, _), paths in others.items():
        for path in sorted(paths & mine):
            if _at(live, path) != _at(wanted, path):
                conflicts.setdefault(name, []).append(_dotted(path))
    if conflicts and not force:
        raise Conflict(conflicts)
    after = copy.deepcopy(live)
    theirs = frozenset[Path]().union(*others.values()) if others else frozenset[Path]()
    for path in sorted(owners.get(me, frozenset()) - mine - theirs, key=len):
        _remove(after, path, theirs)
    after = _merged(after, wanted, kind)
    taken = {_path for _path in mine if _at(live, _path) != _at(wanted, _path)}
    kept = {who: paths - taken for who, paths in others.items()}
    return after, {who: paths for who, paths in kept.items() if paths} | {me: mine}


def updated(before: Object, after: Object, kind: Object, owners: Owners, manager: str) -> Owners:
    """The owners once somebody has written `after` by another way: what changed is theirs."""
    me = (manager, "Update")
    old, new = owned(before, kind), owned(after, kind)
    changed = frozenset(
        path for path in new if path not in old or _at(before, path) != _at(after, path)
    )
    rest = {
        who: (paths & new) - (changed if who != me else frozenset())
        for who, paths in owners.items()
    }
    if changed:
        rest[me] = rest.get(me, frozenset()) | changed
    return {who: paths for who, paths in rest.items() if paths}


def _merged(live: Any, wanted: Any, kind: Object) -> Any:
    keys = schema.keys_of(kind)
    if isinstance(live, dict) and isinstance(wanted, dict):
        if kind.get("x-kubernetes-map-type") == "atomic":
            return copy.deepcopy(wanted)
        known = {
            name: _merged(live.get(name), each, schema.child(kind, name))
            for name, each in wanted.items()
        }
        return live | known
    if isinstance(live, list) and isinstance(wanted, list) and keys:
        there = {_key(each, keys): each for each in live}
        item = schema.resolved(kind["items"])
        for each in wanted:
            there[_key(each, keys)] = _merged(there.get(_key(each, keys)), each, item)
        return list(there.values())
    is_set = kind.get("x-kubernetes-list-type") == "set"
    if isinstance(live, list) and isinstance(wanted, list) and is_set:
        return live + [each for each in wanted if each not in live]
    return copy.deepcopy(wanted)


def _at(found: Any, path: Path) -> Any:
    for step in path:
        found = _step(found, step)
        if found is None:
            return None
    return {} if path[-1].startswith("k:") else found


def _step(found: Any, step: str) -> Any:
    kind, _, rest = step.partition(":")
    if kind == "f":
        return found.get(rest) if isinstance(found, dict) else None
    if not isinstance(found, list):
        return None
    if kind == "v":
        return json.loads(rest) if json.loads(rest) in found else None
    return next((each for each in found if _is(each, json.loads(rest))), None)


def _is(item: Object, key: Object) -> bool:
    return all(item.get(name, "TCP" if name == "protocol" else None) == key[name] for name in key)


def _remove(found: Object, path: Path, theirs: frozenset[Path]) -> None:
    """Take a leaf away, and what is empty without it; an item only if nobody owns any of it."""
    parents: list[Any] = [found]
    for step in path[:-1]:
        parents.append(_step(parents[-1], step))
        if parents[-1] is None:
            return
    if path[-1].startswith("k:") and any(each[: len(path)] == path for each in theirs):
        return
    _drop(parents[-1], path[-1])
    for parent, step, value in zip(parents, path[:-1], parents[1:], strict=False):
        if value in ({}, []) and step.startswith("f:"):
            parent.pop(step[2:], None)


def _drop(parent: Any, step: str) -> None:
    if isinstance(parent, dict):
        parent.pop(step[2:], None)
    elif (value := _step(parent, step)) is not None:
        parent.remove(value)


def managed_fields(owners: Owners, group_version: str) -> list[Object]:
    """What stands in an object's metadata."""
    return [
        {
            "manager": manager,
            "operation": operation,
            "apiVersion": group_version,
            "fieldsType": "FieldsV1",
            "fieldsV1": _tree(paths),
        }
        for (manager, operation), paths in owners.items()
    ]


def _tree(paths: frozenset[Path]) -> Object:
    tree: Object = {}
    for path in sorted(paths):
        node = tree
        for step in path:
            node = node.setdefault(step, {})
        if path[-1].startswith("k:"):
            node["."] = {}
    return tree


def _dotted(path: Path) -> str:
    return "".join(f".{step[2:]}" if step.startswith("f:") else f"[{step[2:]}]" for step in path)
