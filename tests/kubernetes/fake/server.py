"""The HTTP server: discovery, objects, watches, logs, upgrades to exec and port-forward."""

from __future__ import annotations

import contextlib
import json
import re
import ssl
import threading
import time
import urllib.parse
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.kubernetes.fake import logs, resources, spdy, websocket
from tests.kubernetes.fake.api import Api
from tests.kubernetes.fake.kubelet import Kubelet
from tests.kubernetes.fake.requests import Address, Refusal, parsed
from tests.kubernetes.fake.resources import Object
from tests.kubernetes.fake.selectors import selected

_PATH = re.compile(
    r"(?:/api/(?P<core>v1)|/apis/(?P<group>[^/]+/[^/]+))"
    r"(?:/namespaces/(?P<namespace>[^/]+)(?=/))?/(?P<plural>[^/]+)(?:/(?P<name>[^/]+))?(?:/(?P<sub>[^/]+))?"
)
VERSION: Object = {"major": "1", "minor": "37", "gitVersion": "v1.37.0", "platform": "linux/amd64"}
WATCH = 30.0
"""Seconds of the world after which a watch ends; clients open another."""


class Died(Exception):
    """The server is to answer nobody any more."""


class Server(ThreadingHTTPServer):
    """Serves an Api over TLS on a port of the loopback."""

    daemon_threads = True

    def __init__(self, api: Api, kubelet: Kubelet, tls: ssl.SSLContext, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.api, self.kubelet, self.tls = api, kubelet, tls
        self.requests: list[str] = []

    def finish_request(self, request: Any, client_address: Any) -> None:
        """The handshake is the connection's own thread's: a client that stalls holds up nobody."""
        if self.api.faults.dead.is_set():
            request.close()
            return
        try:
            secure = self.tls.wrap_socket(request, server_side=True)
        except OSError:
            return
        super().finish_request(secure, client_address)

    def service_actions(self) -> None:
        """A dead server refuses connections, so that clients know at once."""
        if self.api.faults.dead.is_set():
            raise Died

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients go away when they like."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        self._handle(self._get)

    def do_POST(self) -> None:
        self._handle(self._post)

    def do_PUT(self) -> None:
        self._handle(
            lambda at, query: self._send(200, self.server.api.replace(at, self._body(), query))
        )

    def do_PATCH(self) -> None:
        self._handle(self._patch)

    def do_DELETE(self) -> None:
        self._handle(
            lambda at, query: self._send(200, self.server.api.delete(at, self._body(), query))
        )

    def log_message(self, format: str, *arguments: object) -> None:
        """Said to nobody."""

    def _handle(self, answer: Callable[[Address, dict[str, str]], None]) -> None:
        place = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(place.query, keep_blank_values=True))
        self.server.requests.append(f"{self.command} {self.path}")
        self._read = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.server.api.faults.dead.is_set():
            self.close_connection = True
            return
        try:
            document = _document(place.path)
            if document is not None:
                self._send(200, document)
            else:
                answer(_address(place.path), query)
        except Refusal as refusal:
            self._send(int(refusal.status["code"]), refusal.status)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            self.close_connection = True

    def _get(self, at: Address, query: dict[str, str]) -> None:
        api = self.server.api
        if at.subresource in ("exec", "portforward"):
            self._upgrade(at, query)
        elif at.subresource == "log":
            self._logs(at, query)
        elif at.name:
            api.allow("get", at)
            self._send(200, api.one(at))
        elif query.get("watch") in ("true", "1"):
            self._watch(at, query)
        else:
            api.allow("list", at)
            chosen = selected(query.get("labelSelector", ""), query.get("fieldSelector", ""))
            self._send(200, api.listed(at, chosen))

    def _post(self, at: Address, query: dict[str, str]) -> None:
        if at.subresource in ("exec", "portforward"):
            self._upgrade(at, query)
        else:
            self._send(*self.server.api.create(at, self._body(), query))

    def _patch(self, at: Address, query: dict[str, str]) -> None:
        kind = (self.headers.get("Content-Type") or "").partition(";")[0]
        if kind == "application/apply-patch+yaml":
            self._send(*self.server.api.apply(at, self._body(), query))
        elif kind in ("application/merge-patch+json", "application/strategic-merge-patch+json"):
            self._send(200, self.server.api.patch(at, self._body(), query))
        else:
            raise Refusal(415, "UnsupportedMediaType", f"the fake takes no {kind}")

    def _body(self) -> Object:
        if "protobuf" in (self.headers.get("Content-Type") or ""):
            raise Refusal(415, "UnsupportedMediaType", "the fake reads no protobuf")
        return parsed(self._read)

    def _send(self, code: int, document: Object) -> None:
        body = json.dumps(document).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def _chunk(self, content: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(content), content))
        self.wfile.flush()

    def _watch(self, at: Address, query: dict[str, str]) -> None:
        api = self.server.api
        api.allow("watch", at)
        chosen = selected(query.get("labelSelector", ""), query.get("fieldSelector", ""))
        seen = int(query.get("resourceVersion") or api.store.version)
        until = time.monotonic() + min(WATCH, float(query.get("timeoutSeconds") or WATCH))
        self._stream("application/json")
        if query.get("sendInitialEvents") == "true":
            seen = self._initial_events(at, chosen)
        while time.monotonic() < until and not api.faults.dead.is_set():
            with api.store.lock:
                api.store.lock.wait(0.05)
                news = list(api.store.since(seen))
            for change in news:
                seen = change.version
                plural, namespace, _ = change.key
                mine = plural == at.resource.plural and at.namespace in ("", namespace)
                if mine and chosen(change.found):
                    self._tell(
                        change.happening, api.shown(Address(at.resource, namespace), change.found)
                    )
        self._chunk(b"")

    def _initial_events(self, at: Address, chosen: Callable[[Object], bool]) -> int:
        """What there is already, and a bookmark at the end of it; up to which version."""
        listed = self.server.api.listed(at, chosen)
        version: str = listed["metadata"]["resourceVersion"]
        for each in listed["items"]:
            self._tell("ADDED", each)
        meta = {"resourceVersion": version, "annotations": {"k8s.io/initial-events-end": "true"}}
        kind = {"kind": at.resource.kind, "apiVersion": at.resource.group_version}
        self._tell("BOOKMARK", kind | {"metadata": meta})
        return int(version)

    def _tell(self, happening: str, found: Object) -> None:
        self._chunk(json.dumps({"type": happening, "object": found}).encode() + b"\n")

    def _logs(self, at: Address, query: dict[str, str]) -> None:
        self.server.api.allow("get", at)
        pod = self.server.api.one(Address(at.resource, at.namespace, at.name))
        if refused := logs.refusal(pod, query):
            raise Refusal(400, "BadRequest", refused)
        self._stream("text/plain")
        for lines in logs.lines(self.server.api.store, self.server.kubelet, pod, query):
            if self.server.api.faults.dead.is_set():
                return
            if lines:
                self._chunk(lines)
        self._chunk(b"")

    def _upgrade(self, at: Address, query: dict[str, str]) -> None:
        api = self.server.api
        api.allow("create", at)
        pod = api.one(Address(at.resource, at.namespace, at.name))
        if at.subresource == "exec":
            commands = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)["command"]
            websocket.serve_exec(self, pod, commands)
        elif self.headers.get("Upgrade", "").lower() == "spdy/3.1":
            alive = lambda: _is_there(api, pod)  # noqa: E731
            spdy.serve_port_forward(self, str(pod["metadata"]["name"]), alive)
        else:
            raise Refusal(400, "BadRequest", "port-forward here is spoken over SPDY alone")


def _is_there(api: Api, pod: Object) -> bool:
    meta = pod["metadata"]
    found = api.store.get("pods", meta["namespace"], meta["name"])
    return found is not None and not api.faults.dead.is_set()


def _document(path: str) -> Object | None:
    """What does not depend on any object."""
    fixed = {
        "/version": lambda: VERSION,
        "/api": lambda: {"kind": "APIVersions", "versions": ["v1"]},
        "/apis": resources.groups,
        "/openapi/v3": resources.openapi_index,
    }
    if path in fixed:
        return fixed[path]()
    if path.startswith("/openapi/v3/api"):
        return resources.openapi(path.removeprefix("/openapi/v3/api").removeprefix("s").strip("/"))
    if match := re.fullmatch(r"/api/(v1)|/apis/([^/]+/[^/]+)", path):
        return resources.discovery(match[1] or match[2])
    return None


def _address(path: str) -> Address:
    match = _PATH.fullmatch(path)
    found = match and resources.BY_PLURAL.get((match["core"] or match["group"], match["plural"]))
    if not match or not found:
        raise Refusal(404, "NotFound", "the server could not find the requested resource")
    return Address(found, match["namespace"] or "", match["name"] or "", match["sub"] or "")


def serve(server: Server) -> None:
    """Serve in a thread of its own until `server.shutdown`, or until it dies."""

    def run() -> None:
        with contextlib.suppress(Died):
            server.serve_forever(0.05)
        server.server_close()

    threading.Thread(target=run, daemon=True).start()
