"""supervisord: started, asked and told. The one room that knows which supervisor it is."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import sys
import threading
import time
import xmlrpc.client
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from mscli.errors import RuntimeFailed
from mscli.model.process import SUPERVISOR_FILE
from mscli.runtimes.processes import rpc, sweep
from mscli.runtimes.processes.guard import FORGET, GUARD
from mscli.runtimes.processes.place import Place

KEPT_VARIABLES = (
    *("HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "XDG_RUNTIME_DIR"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT"),
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
)
"""What a child keeps of the caller's environment: nothing that changes what a service does."""

RUNNING, STOPPED_STATES = 20, frozenset({0, 100, 200, 1000})
ALREADY_STARTED, NOT_RUNNING, BAD_NAME, ALREADY_ADDED = 60, 70, 10, 90
START_PATIENCE = 15.0
DESCRIPTORS = 1024
"""Files that supervisord may have open unless it is told: it refuses to run with fewer."""


@dataclass(frozen=True, slots=True)
class Info:
    """What supervisord says of one process."""

    running: bool
    ended: bool
    pid: int
    exit_code: int


class Supervisor:
    """The supervisor of one place."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._path = str(place.socket)
        self._configuration = place.file(*SUPERVISOR_FILE.split("/"))
        self._log = place.file("logs", "supervisord.log")
        self._spawned: subprocess.Popen[bytes] | None = None
        self._read_by_it = b""

    def alive(self) -> bool:
        """Whether it answers."""
        try:
            return bool(rpc.call(self._path, "getState", timeout=5)["statename"] == "RUNNING")
        except (OSError, xmlrpc.client.Error, KeyError):
            return False

    def prepare(self) -> None:
        """Start supervisord by the configuration of last time, if there is one: it loads while
        another is rendered, and most often that is the same. One that was copied from another
        checkout names a socket that is not ours.
        """
        with contextlib.suppress(FileNotFoundError):
            kept = self._configuration.read_bytes()
            if f"file = {self._path}\n".encode() in kept:
                self._spawn(kept)

    def launch(self) -> None:
        """Have supervisord run by the configuration as it is now, and wait until it answers."""
        wanted = self._configuration.read_bytes()
        if self._spawned is None or self._read_by_it != wanted:
            self.abandon()
            self._spawn(wanted)
        deadline = time.monotonic() + START_PATIENCE
        while not self.alive():
            gone = self._spawned is None or self._spawned.poll() is not None
            if gone or time.monotonic() > deadline:
                reason = self._last_words()
                raise RuntimeFailed(
                    "supervisord did not start" + (f": {reason}" if reason else ""),
                    f"see {self._log}",
                )
            time.sleep(0.005)
        self._spawned = None

    def abandon(self) -> None:
        """End what was prepared here and never launched."""
        if self._spawned is not None:
            self._spawned.kill()
            self._spawned.wait()
            self._spawned = None
            sweep.kill_all(self.place.system_id)

    def _spawn(self, configuration: bytes) -> None:
        """Start supervisord, detached from this terminal."""
        self.place.file("logs").mkdir(parents=True, exist_ok=True)
        self.place.socket.unlink(missing_ok=True)
        program = (sys.executable, "-E", "-m", "supervisor.supervisord")
        with self._log.open("ab") as log:
            self._spawned = subprocess.Popen(
                [*program, "-c", self._configuration, f"--minfds={_descriptors()}"],
                env=child_environment(self.place.system_id),
                cwd=self.place.state,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._read_by_it = configuration

    def _last_words(self) -> str:
        """Why it says that it ends: the last line of its log but the one about its help."""
        said = self._log.read_text(errors="replace").splitlines()
        lines = [line for line in said if line.strip() and not line.startswith("For help")]
        return lines[-1].removeprefix("Error: ") if lines else ""

    def start(self, name: str) -> None:
        """Start one process; one that already runs is left alone."""
        with _tolerating(ALREADY_STARTED):
            self._call("startProcess", name, False)

    def stop(self, name: str, patience: float) -> None:
        """Stop one process and wait until it is gone; one that does not run is left alone.

        The guard is told first, so that it does not start a crashed one again meanwhile.
        """
        self.forget(name)
        with _tolerating(NOT_RUNNING, BAD_NAME):
            self._call("stopProcess", name, True, timeout=patience + 15)

    def stop_within(self, name: str, seconds: float) -> None:
        """Stop one process; when `seconds` are over it is killed with its group."""
        pid = self.info()[name].pid
        timer = threading.Timer(seconds, _kill_group, (pid,))
        timer.start()
        try:
            self.stop(name, seconds)
        finally:
            timer.cancel()

    def forget(self, name: str) -> None:
        """Tell the guard that a process that has crashed is not to be started again."""
        self._call("sendRemoteCommEvent", FORGET, name)

    def info(self) -> dict[str, Info]:
        """Every process that it holds, by name."""
        return {
            entry["name"]: Info(
                running=entry["state"] == RUNNING,
                ended=entry["state"] in STOPPED_STATES,
                pid=entry["pid"],
                exit_code=entry["exitstatus"],
            )
            for entry in self._call("getAllProcessInfo")
        }

    def reread(self, *, drop: bool) -> None:
        """Read the configuration again: add what is new and, with `drop`, end what is gone.

        A changed program is stopped; a changed guard is not, for its end would end everything.
        """
        ((added, changed, removed),) = self._call("reloadConfig")
        changed = [name for name in changed if name != GUARD]
        for name in [*changed, *(removed if drop else ())]:
            with _tolerating(BAD_NAME, NOT_RUNNING):
                self._call("stopProcess", name, True)
            with _tolerating(BAD_NAME):
                self._call("removeProcessGroup", name)
        for name in [*added, *changed]:
            with _tolerating(ALREADY_ADDED):
                self._call("addProcessGroup", name)

    def end(self, patience: float = 5.0) -> None:
        """End supervisord and the guard; the processes have been stopped before.

        Killed, because its own shutdown takes a second for each program that it knows. The guard
        sees it go, ends whatever is left, and goes too.
        """
        try:
            pid = int(rpc.call(self._path, "getPID"))
        except (OSError, xmlrpc.client.Error):
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and sweep.ours(self.place.system_id):
            time.sleep(0.02)

    def _call(self, method: str, *arguments: object, timeout: float = 30.0) -> Any:  # noqa: ANN401
        try:
            return rpc.call(self._path, method, *arguments, timeout=timeout)
        except OSError as error:
            raise RuntimeFailed(
                f"supervisord does not answer ({method}: {error})",
                "`mscli down` cleans up, `mscli up` starts again",
            ) from error


def _descriptors() -> int:
    """How many files it may open: as many as it asks for by itself, or what the user may have."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return DESCRIPTORS if most == resource.RLIM_INFINITY else min(DESCRIPTORS, most)


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        if pid > 0:
            os.killpg(pid, signal.SIGKILL)


@contextlib.contextmanager
def _tolerating(*codes: int) -> Iterator[None]:
    try:
        yield
    except xmlrpc.client.Fault as fault:
        if fault.faultCode not in codes:
            raise RuntimeFailed(
                f"supervisord refused: {fault.faultString}", "`mscli logs mscli` may say more"
            ) from fault


def child_environment(system_id: str, path: Iterable[str] = ()) -> dict[str, str]:
    """The environment that every child begins with."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    default = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return kept | {"PATH": ":".join([*path, default]), "MSCLI_STACK": system_id}
