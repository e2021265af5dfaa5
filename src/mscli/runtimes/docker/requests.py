"""A request to one replica, made inside its container: none has a port outside."""

from __future__ import annotations

import subprocess

PATIENCE = 5.0
"""Seconds for an answer."""
_RELAY = (
    "import os, socket, sys\n"
    f"c = socket.create_connection(('127.0.0.1', int(os.environ['PORT'])), {PATIENCE})\n"
    "c.sendall(sys.stdin.buffer.read())\n"
    "while block := c.recv(65536): sys.stdout.buffer.write(block)\n"
)
"""Like the rendered health check, it takes nothing but what the image has."""


def ask(
    container: str, method: str, path: str, body: bytes = b"", *headers: str
) -> tuple[int, bytes]:
    """Status and body of the answer of a Python service. Raises OSError when there is none."""
    lines = [f"{method} {path} HTTP/1.0", "Content-Type: application/json", *headers]
    head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""])
    command = ["docker", "exec", "--interactive", container, "python", "-I", "-S", "-c", _RELAY]
    try:
        done = subprocess.run(
            command,
            input=head.encode() + body,
            capture_output=True,
            timeout=4 * PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TimeoutError(f"{container} does not answer") from None
    first, _, rest = done.stdout.partition(b"\r\n")
    words = first.split()
    if done.returncode or len(words) < 2 or not words[1].isdigit():  # noqa: PLR2004
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise ConnectionError(said[-1] if said else "no answer")
    return int(words[1]), rest.partition(b"\r\n\r\n")[2]
