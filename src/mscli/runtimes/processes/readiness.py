"""Asking whether a process is ready: one question per call, never longer than its timeout.

Raw sockets, because `ps` asks too and its start-up time is part of the interface.
"""

from __future__ import annotations

import socket
import struct
from enum import StrEnum
from urllib.parse import urlsplit

from mscli.model.kinds import Probe
from mscli.model.process import Process

HOST = "127.0.0.1"
POSTGRES_VERSION = 3 << 16
LONGEST_ANSWER = 1 << 16
"""Bytes."""


class Answer(StrEnum):
    """What a process that runs answers to its probe."""

    READY = "ready"
    NOT_READY = "not ready"
    REFUSED = "refused"
    """It does not listen: it is starting, or has closed its door."""
    NONE = "none"
    """It listens and says nothing in time."""


def is_ready(process: Process, timeout: float = 1.0) -> bool:
    """Whether the process answers its probe now; without a probe it is ready when it runs."""
    return ask(process, timeout) is Answer.READY


def ask(process: Process, timeout: float = 1.0) -> Answer:
    """What the process answers to its probe within `timeout` seconds."""
    if process.probe is None:
        return Answer.READY
    try:
        with socket.socket() as connection:  # create_connection loads the tables of IDNA first
            connection.settimeout(timeout)
            connection.connect((HOST, process.ports[process.probe.port]))
            return Answer.READY if _passes(process.probe, connection) else Answer.NOT_READY
    except TimeoutError:
        return Answer.NONE
    except OSError:
        return Answer.REFUSED


def _passes(probe: Probe, connection: socket.socket) -> bool:
    match probe.kind:
        case "http":
            return _http(connection, probe.path)
        case "postgres":
            return _postgres(connection)
        case "tcp":
            return True


def is_reached(process: Process, timeout: float = 1.0) -> bool:
    """Whether the process's callers find it ready: the router lets requests through to it.

    One that is asked by a bare connection is in the router's turn from the start.
    """
    if not process.reached or process.probe is None or process.probe.kind != "http":
        return True
    url = urlsplit(process.reached)
    try:
        with socket.create_connection((HOST, url.port or 80), timeout=timeout) as connection:
            connection.settimeout(timeout)
            return _http(connection, url.path + process.probe.path)
    except OSError:
        return False


def _http(connection: socket.socket, path: str) -> bool:
    request = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n"
    connection.sendall(request.encode())
    status = _whole_answer(connection).split(b" ", 2)
    return len(status) > 1 and status[1][:1] == b"2"


def _whole_answer(connection: socket.socket) -> bytes:
    """All of it: closing before its end is an error in the log of who answers."""
    answer = b""
    try:
        while len(answer) < LONGEST_ANSWER and (chunk := connection.recv(4096)):
            answer += chunk
    except TimeoutError:
        if not answer:
            raise
    return answer  # its status has come, though perhaps not its end


def _postgres(connection: socket.socket) -> bool:
    """Whether the server asks for a password; it answers with an error while it recovers.

    PostgreSQL's frontend/backend protocol: StartupMessage, then AuthenticationRequest ('R').
    """
    settings = b"user\0postgres\0database\0postgres\0\0"
    connection.sendall(struct.pack("!ii", len(settings) + 8, POSTGRES_VERSION) + settings)
    return connection.recv(64)[:1] == b"R"  # all of it, or closing would reset the connection
