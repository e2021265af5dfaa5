"""What kubectl's failures mean, in its own words; and which cluster is local."""

from __future__ import annotations

import pytest

from mscli.runtimes.kubernetes.clusters import Cluster
from mscli.runtimes.kubernetes.images import Delivery
from mscli.runtimes.kubernetes.kubectl import Kubectl

KUBECTL = Kubectl("kind-x", "shop-0a")


DENIED = """Error from server (Forbidden): pods is forbidden: User "u" cannot list resource "pods" \
in API group "" in the namespace "shop-0a\""""
DENIED_EVERYWHERE = """Error from server (Forbidden): namespaces "s" is forbidden: User "u" \
cannot patch resource "namespaces" in API group "" at the cluster scope"""
REFUSED = """The connection to the server 127.0.0.1:6443 was refused - did you specify the right \
host or port?"""
UNTRUSTED = """Unable to connect to the server: tls: failed to verify certificate: x509: \
certificate signed by unknown authority"""
CONFLICT = """error: Apply failed with 2 conflicts: conflicts with "kubectl-edit" using apps/v1:
- .spec.replicas
- .spec.template
Please review the fields above"""
AWAY = "the server of kind-x does not answer"


@pytest.mark.parametrize(
    ("said", "message", "hint"),
    [
        (DENIED, "of kind-x denies you to list pods in the namespace shop-0a", "can-i list pods -"),
        (DENIED_EVERYWHERE, "denies you to patch namespaces", "auth can-i patch namespaces"),
        ("Unable to connect to the server: dial tcp: i/o timeout", AWAY, "start the cluster"),
        (REFUSED, AWAY, "mscli up or mscli down goes on"),
        ("error: You must be logged in to the server (Unauthorized)", "who you are", "log in"),
        (UNTRUSTED, "the certificate of the cluster", "kubeconfig again"),
        (
            CONFLICT,
            '"kubectl-edit" using apps/v1 has changed .spec.replicas, .spec.template',
            "--force-conflicts",
        ),
        ("error: something new\nand more", "kubectl get ended with code 1", ""),
    ],
)
def test_a_failure_is_one_sentence_with_its_remedy(said: str, message: str, hint: str) -> None:
    error = KUBECTL.failure(["get", "pods"], 1, said)
    assert message in error.message
    assert hint in error.hint
    assert error.exit_code == 5


@pytest.mark.parametrize(
    ("context", "server", "local"),
    [
        ("kind-shop", "https://127.0.0.1:40123", True),
        ("k3d-shop", "https://0.0.0.0:40123", True),
        ("minikube", "https://[::1]:8443", True),
        ("minikube", "https://192.168.49.2:8443", False),
        ("docker-desktop", "https://kubernetes.docker.internal:6443", True),
        ("orbstack", "https://127.0.0.1:26443", True),
        ("kind-shop", "https://kind.example:6443", False),
        ("production", "https://127.0.0.1:6443", False),
        ("gke_shop_kind-of", "https://34.1.2.3", False),
    ],
)
def test_local_is_a_local_name_and_a_loopback_server(
    context: str, server: str, local: bool
) -> None:
    assert Cluster(context, server, "").is_local is local


def test_an_image_is_pushed_where_a_registry_is_named_and_keeps_its_name_elsewhere() -> None:
    cluster = Cluster("kind-x", "https://127.0.0.1:1", "")
    assert Delivery(cluster).image("shop", "web", "1a").reference == "shop/web:1a"
    pushed = Delivery(cluster, "registry.example/team").image("shop", "web", "1a")
    assert pushed.reference == "registry.example/team/shop/web:1a"
    assert pushed.name == "shop/web"
