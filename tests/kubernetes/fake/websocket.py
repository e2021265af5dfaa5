"""`kubectl exec` by websockets (v5.channel.k8s.io): a pod knows `echo`, `hostname` and `false`."""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from http.server import BaseHTTPRequestHandler

from tests.kubernetes.fake.resources import Object

_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
STDOUT, STDERR, ERROR = b"\x01", b"\x02", b"\x03"


def serve_exec(handler: BaseHTTPRequestHandler, pod: Object, command: list[str]) -> None:
    """Answer an exec: the command's output, and its status on the channel of errors."""
    key = handler.headers.get("Sec-WebSocket-Key", "")
    accept = base64.b64encode(hashlib.sha1(f"{key}{_GUID}".encode()).digest()).decode()
    handler.send_response(101)
    handler.send_header("Upgrade", "websocket")
    handler.send_header("Connection", "Upgrade")
    handler.send_header("Sec-WebSocket-Accept", accept)
    handler.send_header("Sec-WebSocket-Protocol", "v5.channel.k8s.io")
    handler.end_headers()
    out, err, code = _run(pod, command)
    for channel, content in ((STDOUT, out), (STDERR, err), (ERROR, _status(code))):
        if content:
            _send(handler, channel + content)
    _send(handler, struct.pack(">H", 1000), opcode=8)
    handler.close_connection = True


def _run(pod: Object, command: list[str]) -> tuple[bytes, bytes, int]:
    name, *rest = command
    if name == "echo":
        return " ".join(rest).encode() + b"\n", b"", 0
    if name == "hostname":
        return str(pod["metadata"]["name"]).encode() + b"\n", b"", 0
    if name == "false":
        return b"", b"", 1
    if name == "psql":
        return b"psql " + " ".join(rest).encode() + b"\n", b"", 0
    return b"", f"exec: {name}: not found\n".encode(), 127


def _status(code: int) -> bytes:
    if code == 0:
        return json.dumps({"metadata": {}, "status": "Success"}).encode()
    return json.dumps(
        {
            "metadata": {},
            "status": "Failure",
            "reason": "NonZeroExitCode",
            "message": f"command terminated with exit code {code}",
            "details": {"causes": [{"reason": "ExitCode", "message": str(code)}]},
        }
    ).encode()


def _send(handler: BaseHTTPRequestHandler, content: bytes, opcode: int = 2) -> None:
    length = len(content)
    head = struct.pack(">BB", 0x80 | opcode, length) if length < 126 else struct.pack(
        ">BBH", 0x80 | opcode, 126, length
    )  # fmt: skip
    handler.wfile.write(head + content)
    handler.wfile.flush()
