"""How Docker asks a container whether it is ready, with what its image has for asking."""

from __future__ import annotations

import shlex

from mscli.model.stack import Image, Workload
from mscli.targets.compose.names import plain

_PYTHON = (
    "import socket; c = socket.create_connection(('127.0.0.1', {port}), 3); "
    "c.sendall(b'GET {path} HTTP/1.0\\r\\n\\r\\n'); raise SystemExit(b' 200 ' not in c.recv(32))"
)
_PYTHON_TCP = "import socket; socket.create_connection(('127.0.0.1', {port}), 3)"
_NODE_TCP = (
    "require('net').connect({port}).on('connect', () => process.exit(0))"
    ".on('error', () => process.exit(1))"
)
_NODE = "fetch('{url}').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"


def health(workload: Workload, image: Image | None) -> dict[str, object]:
    """How Docker asks whether it is ready, with what its image has for asking."""
    probe = workload.probe
    if probe is None:
        return {}
    test = _test(workload, image)
    return {
        "test": [plain(word) for word in test],
        "interval": "2s",
        "timeout": "5s",
        "retries": 3,
        "start_period": f"{probe.startup:g}s",
    }


def _test(workload: Workload, image: Image | None) -> list[str]:
    probe = workload.probe
    assert probe is not None  # noqa: S101 - the caller has looked
    if image is not None and image.check:
        return ["CMD", *image.check]
    port = next(each.number for each in workload.ports if each.name == probe.port)
    url = f"http://127.0.0.1:{port}{probe.path}"
    if image is not None:
        return ["CMD", "wget", "-q", "-O", "/dev/null", url]
    python = ["python", "-I", "-S", "-c", _PYTHON.format(port=port, path=probe.path)]
    node = ["node", "-e", _NODE.format(url=url)]
    others = f"wget -q -O /dev/null {url} || curl -fsS -o /dev/null {url}"
    if probe.kind == "tcp":
        python = ["python", "-I", "-S", "-c", _PYTHON_TCP.format(port=port)]
        node = ["node", "-e", _NODE_TCP.format(port=port)]
        others = f"nc -z 127.0.0.1 {port}"
    match workload.program.command[0]:
        case "python":
            return ["CMD", *python]
        case "node":
            return ["CMD", *node]
        case _:  # a shell, or a program of the image's own: it has one of these
            return ["CMD-SHELL", f"{shlex.join(python)} 2>/dev/null || {others}"]
