"""Processes and plans as short as a test needs them, and a supervisord that only pretends."""

from __future__ import annotations

import socketserver
import threading
import xmlrpc.client
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from xmlrpc.server import SimpleXMLRPCDispatcher, SimpleXMLRPCRequestHandler

from mscli.model.kinds import Kind, Until, Wait
from mscli.model.process import Plan, Process
from mscli.runtimes.processes.place import Place


def process(name: str, *after: str, kind: Kind = Kind.SERVICE, **fields: Any) -> Process:  # noqa: ANN401
    """A replica or task called `name`, which waits for the workloads `after`."""
    workload = name.rpartition("-")[0] if kind is Kind.SERVICE else name
    made = Process(
        name=name,
        workload=workload,
        kind=kind,
        argv=("python", "-m", workload),
        folder="/nowhere",
        environment={"PORT": "1"},
        log=f"/nowhere/{name}.log",
        waits=tuple(Wait(other) for other in after),
    )
    return replace(made, **fields)


def task(name: str, *after: str, **fields: Any) -> Process:  # noqa: ANN401
    waits = tuple(Wait(other, Until.COMPLETED) for other in after)
    return process(name, kind=Kind.TASK, waits=waits, **fields)


def plan(*processes: Process) -> Plan:
    return Plan("shop", "shop-12345678", processes)


def place(folder: Path, name: str = "shop-12345678") -> Place:
    state = folder / ".mscli" / "local"
    state.mkdir(parents=True, exist_ok=True)
    return Place(folder, name, state)


@dataclass
class Pretence:
    """What the pretended supervisord was told, and what it answers about its processes."""

    told: list[tuple[object, ...]] = field(default_factory=list)
    infos: list[dict[str, Any]] = field(default_factory=list)
    faults: dict[str, int] = field(default_factory=dict)
    reload: list[list[list[str]]] = field(default_factory=lambda: [[[], [], []]])

    def answer(self, method: str, arguments: tuple[object, ...]) -> object:
        self.told.append((method.removeprefix("supervisor."), *arguments))
        match method.removeprefix("supervisor."):
            case name if name in self.faults:
                raise xmlrpc.client.Fault(self.faults[name], name)
            case "getState":
                return {"statename": "RUNNING"}
            case "getAllProcessInfo":
                return self.infos
            case "getProcessInfo":
                return next(info for info in self.infos if info["name"] == arguments[0])
            case "reloadConfig":
                return self.reload
        return True

    def runs(self, name: str, pid: int) -> None:
        self._knows(name, 20, "RUNNING", pid=pid)

    def exited(self, name: str, code: int) -> None:
        self._knows(name, 100, "EXITED", exitstatus=code)

    def _knows(self, name: str, state: int, statename: str, pid: int = 0, **more: int) -> None:
        info = {"name": name, "state": state, "statename": statename, "pid": pid}
        self.infos = [kept for kept in self.infos if kept["name"] != name]
        self.infos.append({**info, "start": 100, "stop": 200, "exitstatus": 0, **more})


@contextmanager
def pretended(socket: Path) -> Iterator[Pretence]:
    """A supervisord on a unix socket that keeps no process."""
    pretence = Pretence()

    class Handler(SimpleXMLRPCRequestHandler):
        disable_nagle_algorithm = False  # there is none on a unix socket
        rpc_paths = ("/RPC2",)

        def log_message(self, *_: object) -> None:
            """Nothing."""

        def address_string(self) -> str:
            return "nobody"

    class Server(socketserver.UnixStreamServer, SimpleXMLRPCDispatcher):
        logRequests = False  # noqa: N815 - the handler asks for it

        def _dispatch(self, method: str, params: Any) -> Any:  # noqa: ANN401
            return pretence.answer(method, tuple(params))

    server = Server(str(socket), Handler)
    SimpleXMLRPCDispatcher.__init__(server, allow_none=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield pretence
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
