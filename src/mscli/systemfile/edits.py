"""Edits of mscli.yaml: text -> text. Comments, order and quoting of everything else stay.

An edit is spliced into the text and read back; if that is not exactly what was meant, the edit is
refused. Whether the edited system is *valid* is for the caller to find out, with `read_text`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from typing import Any

from mscli.errors import MscliError, SystemFileError
from mscli.systemfile.places import Place, did_you_mean, dotted, quoted
from mscli.systemfile.reading import FILE_NAME

MODELINE = "# yaml-language-server: $schema=.mscli/schema.json"


def new_text(name: str, *, port: int | None = None) -> str:
    """A fresh system file without services; `port` is the gateway's."""
    from mscli.systemfile.writing import scalar

    gateway = "gateway: traefik" if port is None else f"gateway: {{engine: traefik, port: {port}}}"
    return f"""{MODELINE}
version: 1
name: {scalar(name)}
{gateway}
discovery: platform

services: {{}}

routes: []
"""


def add_service(
    text: str,
    name: str,
    *,
    template: str = "python",
    database: str | None = None,
    calls: Iterable[str] = (),
    port: int | None = None,
    path: str | None = None,
    replicas: int | None = None,
    env: Mapping[str, str] | None = None,
    command: str | Iterable[str] = (),
    health: str | None = None,
) -> str:
    """Add a service; what is None or empty is left out. A command is one line or its words."""
    document = _document(text)
    services = _mapping(document, "services")
    if name in services:
        raise MscliError(f"service {quoted(name)} exists already", "choose another name")
    wanted = {
        "template": template,
        "database": database,
        "port": port,
        "path": path,
        "replicas": replicas,
        "env": dict(env or {}) or None,
        "command": (command if isinstance(command, str) else list(command)) or None,
        "health": health,
        "calls": list(calls) or None,
    }
    fields = {field: value for field, value in wanted.items() if value is not None}
    return _insert(text, ("services",), name, fields)


def add_call(
    text: str, caller: str, callee: str, *, policy: Mapping[str, object] | None = None
) -> str:
    """Let `caller` call `callee`; a policy's values are as the system file takes them."""
    document = _document(text)
    services = _mapping(document, "services")
    _must_have(services, caller)
    _must_have(services, callee)
    service = services[caller]
    calls = service.get("calls") if isinstance(service, dict) else None
    if callee in (calls or ()):
        raise MscliError(f"{quoted(caller)} calls {quoted(callee)} already")
    place: Place = ("services", caller, "calls")
    terms = dict(policy or {})
    if isinstance(service, str):
        fields = {"template": service, "calls": {callee: terms} if terms else [callee]}
        return _apply(text, _replaced(document, place[:-1], fields), "replace", place[:-1], fields)
    if isinstance(calls, dict) or (terms and not calls):
        return _insert(text, place, callee, terms)
    if terms:
        hint = f"write the calls of {quoted(caller)} as a mapping from name to policy first"
        raise MscliError(f"the calls of {quoted(caller)} are a list of names", hint)
    return _insert(text, place, None, callee)


def add_route(text: str, path: str, service: str, prefix: str = "strip") -> str:
    """Publish `service` at `path`."""
    document = _document(text)
    _must_have(_mapping(document, "services"), service)
    existing = dict(_routes(document))
    if path in existing:
        owner = existing[path][1]
        raise MscliError(f"route {quoted(path)} exists already, to {quoted(owner)}")
    kept = {} if prefix == "strip" else {"prefix": prefix}
    if isinstance(document.get("routes"), dict) and document["routes"]:
        return _insert(text, ("routes",), path, {"service": service, **kept} if kept else service)
    return _insert(text, ("routes",), None, {"path": path, "service": service, **kept})


def add_saga(
    text: str,
    name: str,
    *,
    owner: str,
    steps: Iterable[Mapping[str, str]],
    style: str = "orchestration",
) -> str:
    """Add a saga; each step has a `service`, an `action` and perhaps a `compensation`."""
    document = _document(text)
    if name in _mapping(document, "sagas"):
        raise MscliError(f"saga {quoted(name)} exists already", "choose another name")
    steps = [dict(step) for step in steps]
    services = _mapping(document, "services")
    for service in (owner, *(step["service"] for step in steps)):
        _must_have(services, service)
    fields = {"style": style, "owner": owner, "steps": steps}
    return _insert(text, ("sagas",), name, fields)


def remove_saga(text: str, name: str) -> str:
    """Take a saga out; its owner and participants stay."""
    sagas = _mapping(_document(text), "sagas")
    if name not in sagas:
        raise MscliError(f"no saga {quoted(name)}", did_you_mean(name, sagas))
    return _delete(text, ("sagas",) if len(sagas) == 1 else ("sagas", name))


def _sagas_with(document: dict[str, Any], service: str) -> list[str]:
    """The sagas that a service owns or takes part in."""
    found = []
    for name, saga in _mapping(document, "sagas").items():
        steps = saga.get("steps") or [] if isinstance(saga, dict) else []
        taking = [
            step.get("service") if isinstance(step, dict) else str(step).partition(":")[0]
            for step in steps
        ]
        if isinstance(saga, dict) and service in (saga.get("owner"), *taking):
            found.append(name)
    return found


def remove_service(text: str, name: str, *, force: bool = False) -> str:
    """Remove a service and its routes; its callers' calls too if `force`, else they forbid it."""
    document = _document(text)
    services = _mapping(document, "services")
    _must_have(services, name)
    if sagas := _sagas_with(document, name):
        raise MscliError(
            f"service {quoted(name)} takes part in {', '.join(sagas)}",
            f"remove the saga first: mscli rm saga {sagas[0]}",
        )
    callers = [
        caller
        for caller, service in services.items()
        if caller != name and isinstance(service, dict) and name in (service.get("calls") or ())
    ]
    if callers and not force:
        raise MscliError(
            f"service {quoted(name)} is called by {', '.join(callers)}",
            f"remove the calls first, such as: mscli rm call {callers[0]} {name}; or use --force",
        )
    for caller in callers:
        text = remove_call(text, caller, name)
    for path, (_, service) in _routes(document):
        if service == name:
            text = remove_route(text, path)
    return _delete(text, ("services", name))


def remove_call(text: str, caller: str, callee: str) -> str:
    """Let `caller` no longer call `callee`."""
    document = _document(text)
    services = _mapping(document, "services")
    _must_have(services, caller)
    service = services[caller]
    calls = (service.get("calls") if isinstance(service, dict) else None) or []
    if callee not in calls:
        near = did_you_mean(callee, calls)
        raise MscliError(f"{quoted(caller)} does not call {quoted(callee)}", near)
    place: Place = ("services", caller, "calls")
    if len(calls) == 1:
        return _delete(text, place)
    return _delete(text, (*place, calls.index(callee) if isinstance(calls, list) else callee))


def remove_route(text: str, path: str) -> str:
    """Publish nothing at `path` any more."""
    existing = dict(_routes(_document(text)))
    if path not in existing:
        raise MscliError(f"no route {quoted(path)}", did_you_mean(path, existing))
    return _delete(text, ("routes", existing[path][0]))


def _document(text: str) -> dict[str, Any]:
    """The text as plain data, in the form in which it is written."""
    from mscli.systemfile.tree import Tree

    tree = Tree(text, FILE_NAME)
    if tree.findings or not isinstance(tree.data, dict):
        raise SystemFileError(tuple(tree.findings), f"mend {FILE_NAME} first")
    return tree.data


def _mapping(document: dict[str, Any], field: str) -> dict[str, Any]:
    value = document.get(field)
    return value if isinstance(value, dict) else {}


def _routes(document: dict[str, Any]) -> list[tuple[str, tuple[int | str, str]]]:
    """Each route's path, with its place in the list or mapping and its service."""
    routes = document.get("routes") or []
    if isinstance(routes, dict):
        return [(path, (path, _service_of(route))) for path, route in routes.items()]
    records = [(index, route) for index, route in enumerate(routes) if isinstance(route, dict)]
    return [(str(route.get("path")), (index, _service_of(route))) for index, route in records]


def _service_of(route: object) -> str:
    return str(route.get("service") if isinstance(route, dict) else route)


def _must_have(services: Mapping[str, object], name: str) -> None:
    if name not in services:
        hint = did_you_mean(name, services) or f"add it with: mscli new service {name}"
        raise MscliError(f"no service {quoted(name)}", hint)


def _insert(text: str, place: Place, key: str | None, value: object) -> str:
    document = _document(text)
    owner: Any = document
    for part in place[:-1]:
        owner[part] = owner = owner.get(part) or {}
    empty: Any = [] if key is None else {}
    collection = owner[place[-1]] = owner.get(place[-1]) or empty
    if isinstance(collection, dict):
        collection[str(key)] = value
    else:
        collection.append(value)
    return _apply(text, document, "insert", place, key, value)


def _delete(text: str, place: Place) -> str:
    document = _document(text)
    owner: Any = document
    for part in place[:-1]:
        owner = owner[part]
    del owner[place[-1]]
    return _apply(text, document, "delete", place)


def _replaced(document: dict[str, Any], place: Place, value: object) -> dict[str, Any]:
    changed = deepcopy(document)
    owner: Any = changed
    for part in place[:-1]:
        owner = owner[part]
    owner[place[-1]] = value
    return changed


def _apply(text: str, meant: dict[str, Any], splice: str, place: Place, *content: object) -> str:
    """Splice, read back, and compare with what is meant."""
    import yaml

    from mscli.systemfile import splices

    mark = "\ufeff" if text.startswith("\ufeff") else ""
    edit: Callable[..., str] = getattr(splices, splice)
    try:
        edited = edit(text.removeprefix(mark), place, *content)
        if _document(edited) == meant:
            return mark + edited
    except (splices.CannotSplice, SystemFileError, yaml.YAMLError, ValueError):
        pass
    raise MscliError(
        f"{dotted(place)} is written in a way that is not edited by machine",
        f"edit it by hand in {FILE_NAME}; an anchor, an alias or '<<' is the usual reason",
    )
