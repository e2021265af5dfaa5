"""An API server that only shows objects, and a real Traefik that is their controller."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.manifests.trees import Object
from tests.ports import free_port

PLURALS = {
    "GatewayClass": "gatewayclasses",
    "Gateway": "gateways",
    "HTTPRoute": "httproutes",
    "Ingress": "ingresses",
    "IngressClass": "ingressclasses",
    "Service": "services",
    "Secret": "secrets",
    "EndpointSlice": "endpointslices",
    "Namespace": "namespaces",
    "ConfigMap": "configmaps",
    "Node": "nodes",
    "GRPCRoute": "grpcroutes",
    "TLSRoute": "tlsroutes",
    "ReferenceGrant": "referencegrants",
    "BackendTLSPolicy": "backendtlspolicies",
}
KINDS = {plural: kind for kind, plural in PLURALS.items()}


class Shown(ThreadingHTTPServer):
    """Answers every list with what it was given, and takes what a controller says of it."""

    daemon_threads = True

    def __init__(self, objects: list[Object]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.lists: dict[str, list[Object]] = {}
        for number, each in enumerate(objects, 1):
            namespaced = each["kind"] not in ("GatewayClass", "IngressClass", "Namespace")
            each["metadata"] |= {"uid": f"u{number}", "resourceVersion": "1", "generation": 1}
            each["metadata"] |= {"namespace": "default"} if namespaced else {}
            self.lists.setdefault(PLURALS[each["kind"]], []).append(each)
        self.statuses: dict[str, Object] = {}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Shown

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = parse_qs(url.query)
        if "sendInitialEvents" in query:  # it is asked for a list then
            self._answer(422, {"kind": "Status", "status": "Failure", "reason": "Invalid"})
        elif "watch" in query:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            time.sleep(60)
        elif url.path == "/version":
            self._answer(200, {"major": "1", "minor": "37", "gitVersion": "v1.37.0"})
        else:
            *_, version, plural = url.path.split("/")
            items = self.server.lists.get(plural, [])
            group = url.path.split("/")[2] if url.path.startswith("/apis/") else ""
            metadata = {"resourceVersion": "1"}
            listed = {
                "kind": f"{KINDS[plural]}List",
                "apiVersion": f"{group}/{version}" if group else version,
                "metadata": metadata,
                "items": items,
            }
            self._answer(200, listed)

    def do_PUT(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.statuses[f"{body['kind']}/{body['metadata']['name']}"] = body.get("status", {})
        self._answer(200, body)

    def do_PATCH(self) -> None:
        self.do_PUT()

    def _answer(self, status: int, document: Object) -> None:
        content = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None: ...


class _Backend(BaseHTTPRequestHandler):
    """In place of the gateway's pods."""

    def do_GET(self) -> None:
        content = f"the gateway was asked for {self.path}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None: ...


@contextmanager
def controller(objects: list[Object], provider: str, folder: Path) -> Iterator[Mapping[str, int]]:
    """A Traefik that obeys `objects`; the ports of its entry points, `http` and `https`.

    Listeners are moved to these ports, and the gateway's Service leads to a program of the test.
    """
    backend = ThreadingHTTPServer(("127.0.0.1", 0), _Backend)
    http, https = free_port(), free_port()
    for each in objects:
        if each["kind"] == "Gateway":
            for listener in each["spec"]["listeners"]:
                listener["port"] = {80: http, 443: https}[listener["port"]]
    api = Shown([*objects, _slice(backend.server_port)])
    for server in (api, backend):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    arguments = [
        f"--providers.{provider}.endpoint=http://127.0.0.1:{api.server_port}",
        f"--providers.{provider}.token=none",
        f"--entryPoints.http.address=127.0.0.1:{http}",
        f"--entryPoints.https.address=127.0.0.1:{https}",
        "--providers.providersThrottleDuration=100ms",
        "--log.level=INFO",
        "--global.checkNewVersion=false",
        "--global.sendAnonymousUsage=false",
    ]
    program = Path(sys.executable).with_name("traefik")
    with (folder / "traefik.log").open("w") as log:
        running = subprocess.Popen([program, *arguments], stdout=log, stderr=log, cwd=folder)
        try:
            yield {"http": http, "https": https}
        finally:
            running.terminate()
            running.wait(10)
            api.shutdown()
            backend.shutdown()


def _slice(port: int) -> Object:
    """Where the gateway's one pod is."""
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {"name": "gateway-1", "labels": {"kubernetes.io/service-name": "gateway"}},
        "addressType": "IPv4",
        "endpoints": [{"addresses": ["127.0.0.1"], "conditions": {"ready": True}}],
        "ports": [{"name": "http", "port": port, "protocol": "TCP"}],
    }
