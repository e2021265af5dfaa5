"""NetworkPolicies: who may reach whom, computed as a network would, against what is declared."""

from __future__ import annotations

import pytest

from mscli.model.environments import in_environment
from mscli.model.values import addresses_of
from mscli.render import stack_for
from tests.manifests.conftest import Written
from tests.manifests.trees import Object, Objects, pods
from tests.systems import ELSEWHERE, SYSTEMS

pytestmark = pytest.mark.programs


class Network:
    """The policies of a set of objects, asked as a network asks them."""

    def __init__(self, objects: Objects) -> None:
        self.policies = [each["spec"] for each in objects.values() if _is_policy(each)]
        self.pods = {
            pod["metadata"]["labels"]["app.kubernetes.io/name"]: pod["metadata"]["labels"]
            for pod in pods(objects).values()
        }

    def reaches(self, caller: str, called: str, port: int) -> bool:
        return self.leaves(caller, called, port) and self.enters(caller, called, port)

    def leaves(self, caller: str, called: str, port: int) -> bool:
        return self._allows("egress", "to", caller, called, port)

    def enters(self, caller: str, called: str, port: int) -> bool:
        return self._allows("ingress", "from", called, caller, port)

    def _allows(self, way: str, side: str, pod: str, other: str, port: int) -> bool:
        """Whether some policy of `pod` lets this through; all of them close what none opens."""
        mine = [p for p in self.policies if _chooses(p["podSelector"], self.pods[pod])]
        assert any(way.capitalize() in policy["policyTypes"] for policy in mine), pod
        return any(
            port in {each["port"] for each in rule["ports"]}
            and (side not in rule or any(self._is(peer, other) for peer in rule[side]))
            for policy in mine
            for rule in policy.get(way, ())
        )

    def _is(self, peer: Object, pod: str) -> bool:
        if "namespaceSelector" in peer or "ipBlock" in peer:
            return False
        return _chooses(peer["podSelector"], self.pods[pod])


def _is_policy(item: Object) -> bool:
    return bool(item["kind"] == "NetworkPolicy")


def _chooses(selector: Object, labels: Object) -> bool:
    return bool(selector.get("matchLabels", {}).items() <= labels.items())


@pytest.mark.parametrize("name", SYSTEMS)
def test_exactly_the_declared_calls_are_let_through(name: str, written: Written) -> None:
    network = Network(written.kustomized(name, "local"))
    stack = stack_for(SYSTEMS[name], "kubernetes")
    declared = {
        (workload.name, called, port.number)
        for workload in stack.workloads.values()
        for called, port_name in addresses_of(stack, workload)
        for port in stack.workloads[called].ports
        if port.name == port_name
    }
    ports = {
        (workload.name, port.number): port.public
        for workload in stack.workloads.values()
        for port in workload.ports
    }
    for caller in network.pods:
        for (called, port), public in ports.items():
            if caller != called and not public:
                wanted = (caller, called, port) in declared
                assert network.leaves(caller, called, port) == wanted, (caller, called, port)
                assert network.enters(caller, called, port) == wanted, (caller, called, port)


def test_the_gateway_reaches_what_has_a_route_and_nothing_else(written: Written) -> None:
    network = Network(written.kustomized("sagas", "local"))
    assert network.reaches("gateway", "orders", 8000)
    assert not network.reaches("gateway", "payments", 8000)
    assert not network.reaches("gateway", "orders-postgres", 5432)
    assert not network.reaches("payments", "orders-postgres", 5432)
    assert network.reaches("orders-migrate", "orders-postgres", 5432)


def test_everybody_may_ask_for_names(written: Written) -> None:
    policy = written.kustomized("full", "local")["NetworkPolicy", "full-names"]["spec"]
    assert policy["podSelector"] == {"matchLabels": {"app.kubernetes.io/part-of": "full"}}
    (rule,) = policy["egress"]
    assert {(each["protocol"], each["port"]) for each in rule["ports"]} == {
        ("UDP", 53),
        ("TCP", 53),
    }
    assert rule["to"][0]["podSelector"] == {"matchLabels": {"k8s-app": "kube-dns"}}


def test_an_engine_elsewhere_is_reached_by_those_who_use_it(written: Written) -> None:
    objects = written.kustomized("elsewhere", "production")
    egress = objects["NetworkPolicy", "orders"]["spec"]["egress"]
    peers = {rule["ports"][0]["port"]: rule.get("to") for rule in egress}
    assert peers[5432] == [_namespace("databases")]
    assert peers[4222] == [_namespace("messaging")]
    assert peers[7233] is None, "a host that no policy can name: the port alone"
    payments = objects["NetworkPolicy", "payments"]["spec"]["egress"]
    assert {rule["ports"][0]["port"] for rule in payments} == {5432, 4222}
    staging = written.kustomized("elsewhere", "staging")["NetworkPolicy", "payments"]["spec"]
    assert {
        "to": [{"ipBlock": {"cidr": "10.0.0.7/32"}}],
        "ports": staging["egress"][1]["ports"],
    } in (staging["egress"])


def _namespace(name: str) -> Object:
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}


def test_engines_elsewhere_do_not_run_here(written: Written) -> None:
    objects = written.kustomized("elsewhere", "production")
    assert not [name for kind, name in objects if kind == "StatefulSet"]
    system = in_environment(ELSEWHERE, "production")
    assert system.temporal
    told = [each["data"] for (kind, _), each in objects.items() if kind == "ConfigMap"]
    assert any(data.get("TEMPORAL_ADDRESS") == system.temporal.address for data in told)
