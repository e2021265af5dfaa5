"""Edits of mscli.yaml: text -> text. Comments, order and quoting of everything else stay.

An edit is spliced into the text and read back; if that is not exactly what was meant, the edit is
refused. Whether the edited system is *valid* is for the caller to find out, with `read_text`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mscli.errors import MscliError
from mscli.systemfile import entries
from mscli.systemfile.places import Place, did_you_mean, quoted
from mscli.systemfile.route_edits import leave_route

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
    migrate: str | Iterable[str] = (),
    shares: Iterable[str] = (),
    health: str | None = None,
    volumes: Mapping[str, str] | None = None,
) -> str:
    """Add a service; what is None or empty is left out. A command is one line or its words."""
    document = entries.document(text)
    services = entries.mapping(document, "services")
    if name in services:
        raise MscliError(f"service {quoted(name)} exists already", "choose another name")
    wanted = {
        "template": template,
        "database": database,
        "migrate": _command(migrate),
        "shares": list(shares) or None,
        "port": port,
        "path": path,
        "replicas": replicas,
        "env": dict(env or {}) or None,
        "volumes": dict(volumes or {}) or None,
        "command": _command(command),
        "health": health,
        "calls": list(calls) or None,
    }
    fields = {field: value for field, value in wanted.items() if value is not None}
    return entries.insert(text, ("services",), name, fields)


def _command(words: str | Iterable[str]) -> str | list[str] | None:
    return (words if isinstance(words, str) else list(words)) or None


def add_share(text: str, name: str, owner: str) -> str:
    """Let a service use the database of another one, too."""
    services = entries.mapping(entries.document(text), "services")
    entries.must_have(services, name)
    service = services[name]
    if isinstance(service, str):
        fields = {"template": service, "shares": [owner]}
        return entries.replace(text, ("services", name), fields)
    if owner in ((service or {}).get("shares") or ()):
        return text
    return entries.insert(text, ("services", name, "shares"), None, owner)


def add_env(text: str, name: str, env: Mapping[str, str]) -> str:
    """Give a service variables that it has not; those that it has stay."""
    services = entries.mapping(entries.document(text), "services")
    entries.must_have(services, name)
    service = services[name]
    if isinstance(service, str):
        return entries.replace(text, ("services", name), {"template": service, "env": dict(env)})
    known = (service or {}).get("env") or {}
    for key in (each for each in env if each not in known):
        text = entries.insert(text, ("services", name, "env"), key, env[key])
    return text


def add_call(
    text: str, caller: str, callee: str, *, policy: Mapping[str, object] | None = None
) -> str:
    """Let `caller` call `callee`; a policy's values are as the system file takes them."""
    document = entries.document(text)
    services = entries.mapping(document, "services")
    entries.must_have(services, caller)
    entries.must_have(services, callee)
    service = services[caller]
    calls = service.get("calls") if isinstance(service, dict) else None
    if callee in (calls or ()):
        raise MscliError(f"{quoted(caller)} calls {quoted(callee)} already")
    place: Place = ("services", caller, "calls")
    terms = dict(policy or {})
    if isinstance(service, str):
        fields = {"template": service, "calls": {callee: terms} if terms else [callee]}
        return entries.replace(text, place[:-1], fields)
    if isinstance(calls, dict) or (terms and not calls):
        return entries.insert(text, place, callee, terms)
    if terms:
        known: dict[str, object] = {each: {} for each in calls or ()}
        return _calls_with_policies(text, caller, known | {callee: terms})
    return entries.insert(text, place, None, callee)


def _calls_with_policies(text: str, caller: str, calls: Mapping[str, object]) -> str:
    """A list of names becomes a mapping, which has room for what a call is told."""
    without = entries.delete(text, ("services", caller, "calls"))
    if without.count("#") < text.count("#"):
        hint = f"write the calls of {quoted(caller)} as a mapping from name to policy first"
        raise MscliError(f"the calls of {quoted(caller)} are a list with comments", hint)
    return entries.insert(without, ("services", caller), "calls", calls)


def add_route(text: str, path: str, service: str, prefix: str = "strip") -> str:
    """Publish `service` at `path`."""
    document = entries.document(text)
    entries.must_have(entries.mapping(document, "services"), service)
    existing = dict(entries.routes(document))
    if path in existing:
        owner = existing[path][1]
        raise MscliError(f"route {quoted(path)} exists already, to {quoted(owner)}")
    kept = {} if prefix == "strip" else {"prefix": prefix}
    if isinstance(document.get("routes"), dict) and document["routes"]:
        return entries.insert(
            text, ("routes",), path, {"service": service, **kept} if kept else service
        )
    return entries.insert(text, ("routes",), None, {"path": path, "service": service, **kept})


def add_saga(
    text: str,
    name: str,
    *,
    owner: str,
    steps: Iterable[Mapping[str, str]],
    style: str = "orchestration",
) -> str:
    """Add a saga; each step has a `service`, an `action` and perhaps a `compensation`."""
    document = entries.document(text)
    if name in entries.mapping(document, "sagas"):
        raise MscliError(f"saga {quoted(name)} exists already", "choose another name")
    steps = [dict(step) for step in steps]
    services = entries.mapping(document, "services")
    for service in (owner, *(step["service"] for step in steps)):
        entries.must_have(services, service)
    fields = {"style": style, "owner": owner, "steps": steps}
    return entries.insert(text, ("sagas",), name, fields)


def remove_saga(text: str, name: str) -> str:
    """Take a saga out; its owner and participants stay."""
    sagas = entries.mapping(entries.document(text), "sagas")
    if name not in sagas:
        raise MscliError(f"no saga {quoted(name)}", did_you_mean(name, sagas))
    return entries.delete(text, ("sagas",) if len(sagas) == 1 else ("sagas", name))


def _sagas_with(document: dict[str, Any], service: str) -> list[str]:
    """The sagas that a service owns or takes part in."""
    found = []
    for name, saga in entries.mapping(document, "sagas").items():
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
    document = entries.document(text)
    services = entries.mapping(document, "services")
    entries.must_have(services, name)
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
    if guests := _guests_of(services, name):
        raise MscliError(
            f"{', '.join(guests)} uses the database of {quoted(name)}",
            f"take {quoted(name)} out of 'shares' of services.{guests[0]} first",
        )
    for caller in callers:
        text = remove_call(text, caller, name)
    for path, (_, service) in entries.routes(document):
        if service == name:
            text = remove_route(text, path)
        elif name in service.split(", "):
            text = leave_route(text, path, name)
    return entries.delete(text, ("services", name))


def _guests_of(services: Mapping[str, Any], owner: str) -> list[str]:
    return [
        name
        for name, service in services.items()
        if isinstance(service, dict) and owner in (service.get("shares") or ())
    ]


def remove_call(text: str, caller: str, callee: str) -> str:
    """Let `caller` no longer call `callee`."""
    document = entries.document(text)
    services = entries.mapping(document, "services")
    entries.must_have(services, caller)
    service = services[caller]
    calls = (service.get("calls") if isinstance(service, dict) else None) or []
    if callee not in calls:
        near = did_you_mean(callee, calls)
        raise MscliError(f"{quoted(caller)} does not call {quoted(callee)}", near)
    place: Place = ("services", caller, "calls")
    if len(calls) == 1:
        return entries.delete(text, place)
    return entries.delete(
        text, (*place, calls.index(callee) if isinstance(calls, list) else callee)
    )


def remove_route(text: str, path: str) -> str:
    """Publish nothing at `path` any more."""
    existing = dict(entries.routes(entries.document(text)))
    if path not in existing:
        raise MscliError(f"no route {quoted(path)}", did_you_mean(path, existing))
    return entries.delete(text, ("routes", existing[path][0]))
