from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from mscli.model.kinds import Probe
from mscli.runtimes.processes.operate import wait_until_ready
from mscli.runtimes.processes.readiness import is_ready
from tests.unit.runtimes.processes.scenes import process

Serve = Callable[[socket.socket], None]


@contextmanager
def _served(serve: Serve) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            connection, _ = listener.accept()
            with connection:
                serve(connection)

        thread = threading.Thread(target=run)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


def _asked(kind: str, serve: Serve, timeout: float = 1.0) -> bool:
    with _served(serve) as port:
        probe = Probe(kind, "p")  # type: ignore[arg-type]
        return is_ready(process("a-1", ports={"p": port}, probe=probe), timeout)


def _silent(connection: socket.socket) -> None:
    connection.recv(4096)


def _answer(text: str) -> Serve:
    def serve(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(text.encode())

    return serve


@pytest.mark.parametrize(
    ("status", "ready"), [(200, True), (204, True), (503, False), (404, False)]
)
def test_http_is_ready_with_a_status_of_success(status: int, ready: bool) -> None:
    answer = f"HTTP/1.1 {status} Whatever\r\nContent-Length: 0\r\n\r\n"
    assert _asked("http", _answer(answer)) is ready


@pytest.mark.parametrize("answer", ["", "nonsense", "\r\n\r\n", "HTTP/1.1"])
def test_what_is_no_http_is_not_ready(answer: str) -> None:
    assert not _asked("http", _answer(answer))


def test_the_whole_answer_is_read_though_it_comes_in_pieces() -> None:
    ends: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        connection.sendall(b"x" * 9000)
        connection.shutdown(socket.SHUT_WR)
        ends.append(connection.recv(1))  # a reset would raise

    assert _asked("http", serve)
    assert ends == [b""]


def test_a_server_that_keeps_the_connection_open_is_believed_its_status() -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        connection.recv(1)

    assert _asked("http", serve, timeout=0.1)


def test_who_says_nothing_is_not_ready_when_the_time_is_over() -> None:
    assert not _asked("http", _silent, timeout=0.1)


@pytest.mark.parametrize(("answer", "ready"), [(b"R\0\0\0\x08", True), (b"E\0\0\0\x08", False)])
def test_postgres_is_ready_when_it_asks_for_a_password(answer: bytes, ready: bool) -> None:
    def serve(connection: socket.socket) -> None:
        length, version = struct.unpack("!ii", connection.recv(8))
        assert version == 3 << 16
        assert connection.recv(length).startswith(b"user\0postgres\0")
        connection.sendall(answer)

    assert _asked("postgres", serve) is ready


def test_tcp_is_ready_when_it_listens_and_nobody_is_when_nothing_does() -> None:
    assert _asked("tcp", lambda _: None)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    for kind in ("http", "tcp", "postgres"):
        probe = Probe(kind, "p")
        assert not is_ready(process("a-1", ports={"p": port}, probe=probe))


def test_a_process_without_a_probe_is_ready_when_it_runs() -> None:
    assert is_ready(process("a-1"))


def test_what_is_ready_is_so_without_any_patience() -> None:
    ready = process("a-1")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    late = process("b-1", ports={"p": port}, probe=Probe("tcp", "p"))
    assert wait_until_ready([ready, late], 0) == [late]
