"""Breaking what runs, and mending it: what `mscli drill` holds a system down with.

Each way of breaking is the kernel's, the supervisor's or the router's own; nothing stands between
the processes. Whoever breaks something mends it: nothing here remembers.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence

import psutil

from mscli.errors import MscliError, RuntimeFailed
from mscli.model.files import File
from mscli.model.process import Plan, Process
from mscli.runtimes.processes.place import Place
from mscli.runtimes.processes.readiness import is_ready
from mscli.runtimes.processes.rendering import write
from mscli.runtimes.processes.supervisor import Supervisor

STOPPED, RUNNING = 0.45, 0.05
"""Seconds that a slowed process stands still and runs, in turn."""
COMES_BACK = 8.0
"""Seconds in which the guard starts a killed process again; then it is started by hand."""


class Faults:
    """The faults of one running copy of a system."""

    def __init__(self, place: Place, plan: Plan) -> None:
        self._place, self._plan = place, plan
        self._supervisor = Supervisor(place)

    def kill(self, process: Process) -> None:
        """`kill -9`; the guard starts it again, as after any crash, with no delay of earlier ones.

        Raises MscliError when it does not run.
        """
        pid = self._pid(process)
        self._supervisor.forget(process.name)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def pause(self, process: Process) -> None:
        """SIGSTOP for it and whatever it has started: it keeps its connections and says nothing."""
        for one in self._family(process):
            with contextlib.suppress(psutil.Error):
                one.suspend()

    def resume(self, process: Process) -> None:
        """SIGCONT; harmless where nothing was stopped."""
        for one in self._family(process):
            with contextlib.suppress(psutil.Error):
                one.resume()

    def slow(self, process: Process, until: threading.Event) -> None:
        """Let it run a tenth of the time, until told otherwise; it answers, and late."""
        try:
            while not until.is_set():
                self.pause(process)
                until.wait(STOPPED)
                self.resume(process)
                until.wait(RUNNING)
        finally:
            self.resume(process)

    def stop(self, process: Process) -> None:
        """Stop it as `mscli stop` does: it ends its requests, and its port is closed."""
        self._supervisor.stop(process.name, process.grace)

    def start(self, process: Process) -> None:
        """Start it if it does not run."""
        self._supervisor.start(process.name)

    def comes_back(self, process: Process) -> None:
        """Wait until the guard has started a killed process; start it if the guard does not."""
        deadline = time.monotonic() + COMES_BACK
        while time.monotonic() < deadline:
            info = self._supervisor.info().get(process.name)
            if info is not None and info.running:
                return
            time.sleep(0.05)
        self.start(process)

    def refuse(self, processes: Sequence[Process]) -> Mapping[str, str]:
        """Let the router find closed ports where these listen; what it read before, by path."""
        live = self._plan.live
        before = {path: self._place.file(*path.split("/")).read_text() for path in live}
        ports = [process.ports["http"] for process in processes]
        closed = _closed_port()
        after = {path: with_closed(text, ports, closed) for path, text in before.items()}
        if after == before:
            names = ", ".join(process.name for process in processes)
            raise RuntimeFailed(f"the router knows nothing of {names}", "mscli up -d")
        write(self._place, [File(path, text) for path, text in after.items()])
        return before

    def accept(self, before: Mapping[str, str]) -> None:
        """Give the router back what it read before."""
        write(self._place, [File(path, text) for path, text in before.items()])

    def is_ready(self, process: Process) -> bool:
        """Whether it runs and answers."""
        info = self._supervisor.info().get(process.name)
        return info is not None and info.running and is_ready(process)

    def _pid(self, process: Process) -> int:
        info = self._supervisor.info().get(process.name)
        if info is None or not info.running:
            raise MscliError(f"{process.name} does not run", "mscli ps")
        return info.pid

    def _family(self, process: Process) -> Sequence[psutil.Process]:
        info = self._supervisor.info().get(process.name)
        if info is None or not info.pid:
            return ()
        try:
            first = psutil.Process(info.pid)
            return (first, *first.children(recursive=True))
        except psutil.Error:
            return ()


def with_closed(text: str, ports: Sequence[int], closed: int) -> str:
    """The router's configuration, with a closed port in the place of these."""
    for port in ports:
        text = re.sub(rf":{port}(?!\d)", f":{closed}", text)
    return text


def until_true(happens: Callable[[], bool], patience: float, every: float = 0.05) -> bool:
    """Wait until something is true, asked so often; whether it was within so many seconds."""
    deadline = time.monotonic() + patience
    while not happens():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


def _closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
