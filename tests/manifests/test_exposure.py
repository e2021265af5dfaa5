"""The Gateway, its routes and the Ingress, as a real controller understands them."""

from __future__ import annotations

import base64
import http.client
import socket
import ssl
import time
from pathlib import Path

import pytest
import trustme

from tests.manifests.conftest import Written
from tests.manifests.controller import controller
from tests.manifests.trees import Object, Objects, kustomized

pytestmark = [pytest.mark.e2e, pytest.mark.patient, pytest.mark.timeout(300)]

NEEDED = ("Gateway", "HTTPRoute", "Ingress")


DEFAULTS: dict[str, Object] = {
    "ports": {"protocol": "TCP"},
    "parentRefs": {"group": "gateway.networking.k8s.io", "kind": "Gateway"},
    "backendRefs": {"group": "", "kind": "Service", "weight": 1},
    "certificateRefs": {"group": "", "kind": "Secret"},
}
"""What an API server fills in, by the schemas: controllers rely on it."""


def _default(node: object) -> None:
    if isinstance(node, dict):
        for field, value in node.items():
            for item in value if field in DEFAULTS else ():
                item |= {key: each for key, each in DEFAULTS[field].items() if key not in item}
            _default(value)
    elif isinstance(node, list):
        for item in node:
            _default(item)


def _shown(objects: Objects, kind: str) -> list[Object]:
    """What a controller looks at, and the class that it is in charge of."""
    found = [each for each in objects.values() if each["kind"] in NEEDED]
    service = objects["Service", "gateway"]
    service["spec"] |= {"clusterIP": "10.0.0.1", "type": "ClusterIP"}
    for each in (service, *found):
        _default(each["spec"])
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}}
    named: Object = {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "GatewayClass",
        "metadata": {"name": kind},
        "spec": {"controllerName": "traefik.io/gateway-controller"},
    }
    return [*found, service, namespace, named]


def _certificate(authority: trustme.CA) -> Object:
    issued = authority.issue_cert("shop.test", "www.shop.test")
    files = {
        "tls.crt": issued.cert_chain_pems[0].bytes(),
        "tls.key": issued.private_key_pem.bytes(),
    }
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "shop-tls"},
        "type": "kubernetes.io/tls",
        "data": {name: base64.b64encode(content).decode() for name, content in files.items()},
    }


def _asked(
    port: int, path: str, host: str, tls: ssl.SSLContext | None = None, name: str = ""
) -> tuple[int, str, str]:
    """Status, Location and body; `name` is the one that TLS asks for, if it is another."""
    made = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    if tls:
        bare = socket.create_connection(("127.0.0.1", port), 5)
        made.sock = tls.wrap_socket(bare, server_hostname=name or host)
    made.request("GET", path, headers={"Host": host})
    answer = made.getresponse()
    found = answer.status, answer.headers.get("Location", ""), answer.read().decode()
    made.close()
    return found


def _until(port: int, status: int, path: str, host: str, folder: Path) -> None:
    """Wait until the controller has read everything."""
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        try:
            if _asked(port, path, host)[0] == status:
                return
        except OSError:
            pass
        time.sleep(0.1)
    pytest.fail((folder / "traefik.log").read_text()[-3000:])


def test_the_gateway_api_leads_hosts_to_our_gateway_and_everybody_to_tls(
    written: Written, tmp_path: Path
) -> None:
    objects = kustomized(written.folder("elsewhere") / "kubernetes/overlays/production")
    authority = trustme.CA()
    context = ssl.create_default_context()
    authority.configure_trust(context)
    shown = [*_shown(objects, "eg"), _certificate(authority)]
    with controller(shown, "kubernetesGateway", tmp_path) as ports:
        _until(ports["http"], 301, "/orders", "shop.test", tmp_path)

        status, location, _ = _asked(ports["http"], "/orders/7?a=b", "shop.test")
        assert (status, location.partition("/orders")[2]) == (301, "/7?a=b")
        assert location.startswith("https://shop.test")
        for host in ("shop.test", "www.shop.test"):
            status, _, body = _asked(ports["https"], "/orders/7", host, context)
            assert (status, body) == (200, "the gateway was asked for /orders/7")
        assert _asked(ports["https"], "/orders", "other.test", context, "shop.test")[0] == 404


def test_the_ingress_leads_to_our_gateway(written: Written, tmp_path: Path) -> None:
    objects = kustomized(written.folder("elsewhere") / "kubernetes/overlays/staging")
    assert objects["Ingress", "gateway"]["spec"]["ingressClassName"] == "nginx"
    shown = [
        *_shown(objects, "none"),
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "IngressClass",
            "metadata": {"name": "nginx"},
            "spec": {"controller": "traefik.io/ingress-controller"},
        },
    ]
    with controller(shown, "kubernetesIngress", tmp_path) as ports:
        _until(ports["http"], 200, "/orders/7", "any.test", tmp_path)

        body = _asked(ports["http"], "/metrics", "any.test")[2]
        assert body == "the gateway was asked for /metrics", "our gateway decides what is public"
