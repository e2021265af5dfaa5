"""Short forms -> long forms, once, on plain data; nothing after this module ever sees them.

Whatever has an unexpected shape is left as it is: the document's models refuse it with a reason.
"""

from __future__ import annotations

import shlex

from mscli.systemfile.places import Fault, Place, quoted
from mscli.systemfile.tree import Plain, Tree

_EMPTY_RECORDS = ("gateway", "services", "engines", "routes", "sagas", "invariants", "environments")


def expand(tree: Tree) -> None:
    """Expand every short form of `tree.data` in place."""
    system = tree.data
    if not isinstance(system, dict):
        return
    _drop_empty(system, _EMPTY_RECORDS)
    _gateway(system)
    services = system.get("services")
    if isinstance(services, dict):
        for name, service in services.items():
            services[name] = _service(tree, ("services", name), service)
    _routes(tree, system)
    _sagas(system)
    engines = system.get("engines")
    if isinstance(engines, dict):
        for name, engine in engines.items():
            engines[name] = {} if engine is None else engine
            _tls(engines[name])
    _environments(system)


def _environments(system: dict[str, Plain]) -> None:
    environments = system.get("environments")
    for environment in _filled(environments):
        _drop_empty(environment, ("images", "expose", "engines", "services"))
        engines = environment.get("engines")
        if isinstance(engines, dict):
            _drop_empty(engines, ("postgres", "nats", "temporal"))
            _tls(engines.get("temporal"))
        _filled(environment.get("services"))


def _filled(records: Plain) -> list[dict[str, Plain]]:
    """The records of a mapping; one that is empty becomes one."""
    if not isinstance(records, dict):
        return []
    for name, record in records.items():
        records[name] = {} if record is None else record
    return [record for record in records.values() if isinstance(record, dict)]


def _tls(engine: Plain) -> None:
    if isinstance(engine, dict) and isinstance(engine.get("tls"), bool):
        if engine["tls"]:
            engine["tls"] = {}
        else:
            del engine["tls"]


def _sagas(system: dict[str, Plain]) -> None:
    sagas = system.get("sagas")
    for saga in sagas.values() if isinstance(sagas, dict) else ():
        steps = saga.get("steps") if isinstance(saga, dict) else None
        if isinstance(steps, list):
            steps[:] = [step_record(step) if isinstance(step, str) else step for step in steps]


def step_record(text: str) -> dict[str, Plain]:
    """A step written as `service:action/compensation`, or `service:action` for one that stays."""
    service, _, rest = text.partition(":")
    action, slash, compensation = rest.partition("/")
    step: dict[str, Plain] = {"service": service, **({"action": action} if action else {})}
    return step | {"compensation": compensation} if slash else step


def _drop_empty(record: dict[str, Plain], fields: tuple[str, ...]) -> None:
    for field in fields:
        if field in record and record[field] is None:
            del record[field]


def _gateway(system: dict[str, Plain]) -> None:
    gateway = system.get("gateway")
    if isinstance(gateway, str):
        system["gateway"] = {"engine": gateway}
    elif isinstance(gateway, dict):
        cors = gateway.get("cors")
        if isinstance(cors, list):
            gateway["cors"] = {"origins": cors}


def _service(tree: Tree, place: Place, service: Plain) -> Plain:
    if service is None:
        return {}
    if isinstance(service, str):
        return {"template": service}
    if isinstance(service, dict):
        _drop_empty(service, ("env", "calls", "port", "database", "resources", "shares"))
        _env(tree, (*place, "env"), service.get("env"))
        for field in ("command", "migrate"):
            _command(tree, (*place, field), service)
        _calls(tree, (*place, "calls"), service)
    return service


def _env(tree: Tree, place: Place, env: Plain) -> None:
    if not isinstance(env, dict):
        return
    for name, value in env.items():
        if isinstance(value, bool):
            env[name] = "true" if value else "false"
        elif isinstance(value, int | float):
            env[name] = tree.numbers.get((*place, name), str(value))


def _command(tree: Tree, place: Place, service: dict[str, Plain]) -> None:
    field = str(place[-1])
    command = service.get(field)
    if not isinstance(command, str):
        return
    try:
        words = shlex.split(command)
    except ValueError:
        words = []
        problem = f"{quoted(command)} has a quote that is never closed"
        tree.report(Fault(place, problem, "write the command as a list"))
    else:
        if not words:
            tree.report(Fault(place, "the command is empty", f"leave '{field}' out"))
    service[field] = [*words]


def _calls(tree: Tree, place: Place, service: dict[str, Plain]) -> None:
    calls = service.get("calls")
    if isinstance(calls, list) and all(isinstance(call, str) for call in calls):
        service["calls"] = _calls_by_name(tree, place, [str(call) for call in calls])
    elif isinstance(calls, dict):
        for name, policy in calls.items():
            calls[name] = {} if policy is None else policy
            if isinstance(policy, dict):
                _drop_empty(policy, ("breaker",))


def _calls_by_name(tree: Tree, place: Place, names: list[str]) -> dict[str, Plain]:
    calls: dict[str, Plain] = {}
    for index, name in enumerate(names):
        if name in calls:
            message = f"{quoted(name)} is written twice"
            earlier = (*place, names.index(name))
            tree.report(Fault((*place, index), message, shown=place, earlier=earlier))
            continue
        calls[name] = {}
        tree.places.alias((*place, name), (*place, index))
    return calls


def _routes(tree: Tree, system: dict[str, Plain]) -> None:
    routes = system.get("routes")
    if not isinstance(routes, dict):
        for route in routes if isinstance(routes, list) else ():
            _shares(route)
        return
    entries: list[Plain] = []
    for index, (path, route) in enumerate(routes.items()):
        tree.places.alias(("routes", index), ("routes", path))
        _shares(route)
        if isinstance(route, dict) and "path" not in route:
            entries.append({"path": path, **route})
        else:
            entries.append({"path": path, "service": route})
    system["routes"] = entries


def _shares(route: Plain) -> None:
    """`to: {orders: 90}` is `to: {orders: {percent: 90}}`."""
    shares = route.get("to") if isinstance(route, dict) else None
    if isinstance(shares, dict):
        for service, share in shares.items():
            if isinstance(share, int) and not isinstance(share, bool):
                shares[service] = {"percent": share}
