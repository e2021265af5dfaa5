"""The system as a Mermaid flowchart, which GitHub and many wikis draw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mscli.model.system import System


def chart(system: System) -> str:
    """The text of the chart: arrows for routes and calls, dotted ones for the steps of sagas."""
    ids = {name: f"s{number}" for number, name in enumerate(system.services, 1)}
    parts = (_nodes(system, ids), _routes(system, ids), _calls(system, ids), _steps(system, ids))
    return "\n".join(["flowchart LR", *(f"  {line}" for part in parts for line in part)]) + "\n"


def _nodes(system: System, ids: Mapping[str, str]) -> Iterator[str]:
    yield f'gateway(["gateway :{system.gateway.port}"])'
    for name, service in system.services.items():
        yield f'{ids[name]}["{name}"]'
        if service.database:
            yield f'{ids[name]}d[("{service.database}")]'
    for name, service in system.services.items():
        owners = [name] if service.database else []
        yield from (f"{ids[name]} --- {ids[owner]}d" for owner in (*owners, *service.shares))


def _routes(system: System, ids: Mapping[str, str]) -> Iterator[str]:
    for route in system.routes:
        for share in route.known:
            part = f" {share.percent} %" if route.shares else ""
            yield f'gateway -- "{_safe(route.path)}{part}" --> {ids[share.service]}'


def _calls(system: System, ids: Mapping[str, str]) -> Iterator[str]:
    for name, service in system.services.items():
        yield from (f"{ids[name]} --> {ids[callee]}" for callee in service.calls)


def _steps(system: System, ids: Mapping[str, str]) -> Iterator[str]:
    for saga in system.sagas.values():
        for number, step in enumerate(saga.steps, 1):
            label = f"{saga.name} {number}: {step.action}"
            yield f'{ids[saga.owner]} -. "{label}" .-> {ids[step.service]}'


def _safe(text: str) -> str:
    return text.replace("#", "#35;").replace('"', "#quot;")
