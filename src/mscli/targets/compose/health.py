"""How Docker asks a container whether it is ready, with what its image has for asking."""

from __future__ import annotations

from mscli.model.stack import Image, Workload
from mscli.targets.compose.names import plain

_PYTHON = (
    "import socket; c = socket.create_connection(('127.0.0.1', {port}), 3); "
    "c.sendall(b'GET {path} HTTP/1.0\\r\\n\\r\\n'); raise SystemExit(b' 200 ' not in c.recv(32))"
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
    program = workload.program.command
    if image is not None:
        return ["CMD", "wget", "-q", "-O", "/dev/null", url]
    if program[0] == "python":
        return ["CMD", "python", "-I", "-S", "-c", _PYTHON.format(port=port, path=probe.path)]
    if program[0] == "node":
        return ["CMD", "node", "-e", _NODE.format(url=url)]
    return ["CMD-SHELL", f"wget -q -O /dev/null {url} || curl -fsS -o /dev/null {url}"]
