"""Entries of mscli.yaml, found, put in and cut out: what every edit of its text is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from mscli.errors import MscliError, SystemFileError
from mscli.systemfile.places import Place, did_you_mean, dotted, quoted
from mscli.systemfile.reading import FILE_NAME


def document(text: str) -> dict[str, Any]:
    """The text as plain data, in the form in which it is written."""
    from mscli.systemfile.tree import Tree

    tree = Tree(text, FILE_NAME)
    if tree.findings or not isinstance(tree.data, dict):
        raise SystemFileError(tuple(tree.findings), f"mend {FILE_NAME} first")
    return tree.data


def mapping(document: dict[str, Any], field: str) -> dict[str, Any]:
    """A mapping of the document; empty if it is missing or something else."""
    value = document.get(field)
    return value if isinstance(value, dict) else {}


def routes(document: dict[str, Any]) -> list[tuple[str, tuple[int | str, str]]]:
    """Each route's path, with its place in the list or mapping and its services."""
    routes = document.get("routes") or []
    if isinstance(routes, dict):
        return [(path, (path, _service_of(route))) for path, route in routes.items()]
    records = [(index, route) for index, route in enumerate(routes) if isinstance(route, dict)]
    return [(str(route.get("path")), (index, _service_of(route))) for index, route in records]


def _service_of(route: object) -> str:
    if isinstance(route, dict) and isinstance(route.get("to"), dict):
        return ", ".join(map(str, route["to"]))
    return str(route.get("service") if isinstance(route, dict) else route)


def must_have(services: Mapping[str, object], name: str) -> None:
    """Raise MscliError where there is no such service."""
    if name not in services:
        hint = did_you_mean(name, services) or f"add it with: mscli new service {name}"
        raise MscliError(f"no service {quoted(name)}", hint)


def insert(text: str, place: Place, key: str | None, value: object) -> str:
    """Add `key: value` to the mapping at `place`, or an item (no key) to the list there."""
    meant = document(text)
    owner: Any = meant
    for part in place[:-1]:
        owner[part] = owner = _at(owner, part) or {}
    empty: Any = [] if key is None else {}
    collection = owner[place[-1]] = _at(owner, place[-1]) or empty
    if isinstance(collection, dict):
        collection[str(key)] = value
    else:
        collection.append(value)
    return apply(text, meant, "insert", place, key, value)


def _at(owner: Any, part: str | int) -> Any:  # noqa: ANN401 - plain data
    return owner.get(part) if isinstance(owner, dict) else owner[part]


def delete(text: str, place: Place) -> str:
    """Remove the entry or item at `place`."""
    meant = document(text)
    owner: Any = meant
    for part in place[:-1]:
        owner = owner[part]
    del owner[place[-1]]
    return apply(text, meant, "delete", place)


def replace(text: str, place: Place, value: object) -> str:
    """Write `value` in place of the scalar at `place`."""
    return apply(text, replaced(document(text), place, value), "replace", place, value)


def replaced(document: dict[str, Any], place: Place, value: object) -> dict[str, Any]:
    """A copy of the document with another value at `place`."""
    changed = deepcopy(document)
    owner: Any = changed
    for part in place[:-1]:
        owner = owner[part]
    owner[place[-1]] = value
    return changed


def apply(text: str, meant: dict[str, Any], splice: str, place: Place, *content: object) -> str:
    """Splice, read back, and compare with what is meant."""
    import yaml

    from mscli.systemfile import splices

    mark = "\ufeff" if text.startswith("\ufeff") else ""
    edit: Callable[..., str] = getattr(splices, splice)
    try:
        edited = edit(text.removeprefix(mark), place, *content)
        if document(edited) == meant:
            return mark + edited
    except (splices.CannotSplice, SystemFileError, yaml.YAMLError, ValueError):
        pass
    raise MscliError(
        f"{dotted(place)} is written in a way that is not edited by machine",
        f"edit it by hand in {FILE_NAME}; an anchor, an alias or '<<' is the usual reason",
    )
