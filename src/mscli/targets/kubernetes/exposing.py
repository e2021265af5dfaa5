"""The gateway's way out of the cluster: the Gateway API first, an Ingress second.

Both lead to our own gateway and know no route: it alone keeps internal paths closed, and it does so
wherever the system runs. https://gateway-api.sigs.k8s.io/reference/spec/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mscli.model.environments import Exposure
from mscli.model.kinds import Kind
from mscli.model.stack import Stack, Workload
from mscli.targets.kubernetes.names import HTTP, Object, labels, made

API = "gateway.networking.k8s.io/v1"
HTTPS = 443
Maker = Callable[[Stack], Iterator[Object]]
CLASS = "traefik"


def gateway_of(stack: Stack) -> Workload:
    """The one workload that everybody may reach."""
    return next(each for each in stack.workloads.values() if each.kind is Kind.GATEWAY)


def gateway_api(stack: Stack) -> Iterator[Object]:
    """A Gateway with the route to ours; with TLS a second one, which sends everybody there."""
    exposure, workload = stack.environment.exposure, gateway_of(stack)
    named = labels(stack, workload)
    listeners = [_listener("http", "HTTP", HTTP)]
    if exposure.tls:
        tls = {"mode": "Terminate", "certificateRefs": [{"name": exposure.tls}]}
        listeners.append({**_listener("https", "HTTPS", HTTPS), "tls": tls})
    spec = {"gatewayClassName": exposure.kind or CLASS, "listeners": listeners}
    yield made(API, "Gateway", stack.name, named, spec=spec)
    matches = [{"path": {"type": "PathPrefix", "value": "/"}}]
    rule: Object = {"matches": matches, "backendRefs": [{"name": workload.name, "port": HTTP}]}
    door = "https" if exposure.tls else "http"
    yield _route(stack, workload.name, named, door, rule)
    if exposure.tls:
        # 301 is what the Gateway API promises; browsers repeat other methods than GET as GET.
        redirect = {"scheme": "https", "statusCode": 301}
        filters = [{"type": "RequestRedirect", "requestRedirect": redirect}]
        rule = {"matches": matches, "filters": filters}
        yield _route(stack, f"{workload.name}-to-https", named, "http", rule)


def _listener(name: str, protocol: str, port: int) -> Object:
    same = {"namespaces": {"from": "Same"}}
    return {"name": name, "protocol": protocol, "port": port, "allowedRoutes": same}


def _route(stack: Stack, name: str, named: dict[str, str], door: str, rule: Object) -> Object:
    hosts = list(stack.environment.exposure.hosts)
    spec: Object = {
        "parentRefs": [{"name": stack.name, "sectionName": door}],
        **({"hostnames": hosts} if hosts else {}),
        "rules": [rule],
    }
    return made(API, "HTTPRoute", name, named, spec=spec)


def ingress(stack: Stack) -> Iterator[Object]:
    """An Ingress to our gateway, for each host or for all."""
    exposure: Exposure = stack.environment.exposure
    workload = gateway_of(stack)
    service = {"name": workload.name, "port": {"name": "http"}}
    paths = [{"path": "/", "pathType": "Prefix", "backend": {"service": service}}]
    hosts = list(exposure.hosts)
    rules = [{"host": host, "http": {"paths": paths}} for host in hosts]
    spec: Object = {
        **({"ingressClassName": exposure.kind} if exposure.kind else {}),
        **({"tls": [_certificate(exposure.tls, hosts)]} if exposure.tls else {}),
        "rules": rules or [{"http": {"paths": paths}}],
    }
    yield made("networking.k8s.io/v1", "Ingress", workload.name, labels(stack, workload), spec=spec)


def _certificate(name: str, hosts: list[str]) -> Object:
    return {**({"hosts": hosts} if hosts else {}), "secretName": name}
