"""NetworkPolicies: a pod reaches what its workload is told of, and nothing else.

https://kubernetes.io/docs/concepts/services-networking/network-policies/ - a connection needs the
leave of both sides: the caller's egress and the called one's ingress. Probes of the kubelet are let
through by every network.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from mscli.model.stack import Stack, Workload
from mscli.model.values import addresses_of
from mscli.targets.kubernetes.names import Object, labels, made, selector, system_labels

API = "networking.k8s.io/v1"
DNS = 53
_PORTS = {"http": 80, "https": 443}
_TELEMETRY = "OTEL_EXPORTER_OTLP"


def shared(stack: Stack) -> Iterator[Object]:
    """What holds for every pod of the system: nothing but names, unless its own policy says so."""
    pods = {"matchLabels": {"app.kubernetes.io/part-of": stack.name}}
    both = ["Ingress", "Egress"]
    yield made(
        API,
        "NetworkPolicy",
        f"{stack.name}-nothing",
        system_labels(stack),
        spec={"podSelector": pods, "policyTypes": both},
    )
    names = {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
        "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
    }
    ports = [{"protocol": protocol, "port": DNS} for protocol in ("UDP", "TCP")]
    yield made(
        API,
        "NetworkPolicy",
        f"{stack.name}-names",
        system_labels(stack),
        spec={
            "podSelector": pods,
            "policyTypes": ["Egress"],
            "egress": [{"to": [names], "ports": ports}],
        },
    )


class Policies:
    """The policies of one Stack's workloads."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.calls = {
            name: addresses_of(stack, workload) for name, workload in stack.workloads.items()
        }
        self.callers: dict[tuple[str, str], list[str]] = {}
        for name, calls in self.calls.items():
            for called in calls:
                self.callers.setdefault(called, []).append(name)

    def policy(self, workload: Workload, environment: Mapping[str, str]) -> Object:
        """Who may reach a workload and whom it may reach."""
        spec: Object = {
            "podSelector": {"matchLabels": selector(self.stack, workload)},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": list(self._ingress(workload)),
            "egress": [
                *self._egress(workload),
                *self._outside(workload, environment),
            ],
        }
        spec = {name: value for name, value in spec.items() if value}
        named = labels(self.stack, workload)
        return made(API, "NetworkPolicy", workload.name, named, spec=spec)

    def _ingress(self, workload: Workload) -> Iterator[Object]:
        for port in workload.ports:
            ports = [{"protocol": "TCP", "port": port.number}]
            callers = self.callers.get((workload.name, port.name), [])
            if port.public:  # whoever is before the gateway: a load balancer, a port-forward
                yield {"ports": ports}
            elif callers:
                yield {"from": [self._pods(name) for name in callers], "ports": ports}

    def _egress(self, workload: Workload) -> Iterator[Object]:
        by_port: dict[int, list[str]] = {}
        for name, port_name in self.calls[workload.name]:
            if name in self.stack.elsewhere:
                continue
            called = self.stack.workloads[name].ports
            number = next(port.number for port in called if port.name == port_name)
            by_port.setdefault(number, []).append(name)
        for number, names in by_port.items():
            ports = [{"protocol": "TCP", "port": number}]
            yield {"to": [self._pods(name) for name in dict.fromkeys(names)], "ports": ports}

    def _outside(self, workload: Workload, environment: Mapping[str, str]) -> Iterator[Object]:
        """What is not of the system and yet declared: engines elsewhere, who takes telemetry."""
        elsewhere = self.stack.elsewhere
        found = [elsewhere[name] for name, _ in self.calls[workload.name] if name in elsewhere]
        found += [value for value in environment.values() if value in elsewhere.values()]
        found += _telemetry(environment)
        yield from (beyond(address) for address in dict.fromkeys(found))

    def _pods(self, name: str) -> Object:
        return {"podSelector": {"matchLabels": selector(self.stack, self.stack.workloads[name])}}


def _telemetry(environment: Mapping[str, str]) -> Iterator[str]:
    """The addresses to which a workload sends its telemetry."""
    for name, value in environment.items():
        if name.startswith(_TELEMETRY) and name.endswith("ENDPOINT"):
            url = urlsplit(value)
            if url.hostname:
                yield f"{url.hostname}:{url.port or _PORTS.get(url.scheme, 443)}"


def beyond(address: str) -> Object:
    """The leave to reach `host:port`, as narrow as a policy can say it.

    `NAME.NAMESPACE.svc` is any pod of that namespace; of any other host a policy knows the port
    alone, for it cannot name hosts.
    """
    host, _, port = address.rpartition(":")
    ports = [{"protocol": "TCP", "port": int(port)}]
    host = host.strip("[]")
    try:
        bits = ip_address(host).max_prefixlen
    except ValueError:
        pass
    else:
        return {"to": [{"ipBlock": {"cidr": f"{host}/{bits}"}}], "ports": ports}
    parts = host.split(".")
    if len(parts) == 1:
        return {"to": [{"podSelector": {}}], "ports": ports}
    if parts[2:3] == ["svc"]:
        named = {"kubernetes.io/metadata.name": parts[1]}
        return {"to": [{"namespaceSelector": {"matchLabels": named}}], "ports": ports}
    return {"ports": ports}
