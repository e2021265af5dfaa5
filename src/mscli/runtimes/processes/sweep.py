"""Finding and ending what carries a system's id, however it got away from its parents.

A process is ours only if its user and its environment's MSCLI_STACK are; psutil checks pid and
start time together, so that a recycled pid is never killed.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Collection, Mapping

import psutil

LOOK_EVERY = 0.01
"""Seconds between two looks whether what was killed is gone."""


def systems() -> set[str]:
    """The ids of all systems of which this user has a living process."""
    return {_system_of(process) for process in psutil.process_iter()} - {""}


def environment_of(process: psutil.Process) -> Mapping[str, str]:
    """The environment of a living process of this user; nothing of any other."""
    try:
        mine = process.uids().real == os.getuid() and process.status() != psutil.STATUS_ZOMBIE
        return process.environ() if mine else {}
    except psutil.Error:
        return {}


def _system_of(process: psutil.Process) -> str:
    return environment_of(process).get("MSCLI_STACK", "")


def ours(system_id: str, spare: Collection[int] = ()) -> list[psutil.Process]:
    """The living processes of this user whose environment carries `system_id`."""
    return [
        process
        for process in psutil.process_iter()
        if process.pid not in {os.getpid(), *spare} and _system_of(process) == system_id
    ]


def kill_all(system_id: str, spare: Collection[int] = (), patience: float = 5.0) -> list[str]:
    """Kill every process of the system but `spare`, until none is found; names of the killed.

    Looks again after each round, for a process may have forked while the round was on. Nobody is
    waited for by its pid: a zombie keeps that until its parent, which may never care, reaps it.
    """
    killed: dict[int, str] = {}
    deadline = time.monotonic() + patience
    while (found := ours(system_id, spare)) and time.monotonic() < deadline:
        for process in found:
            with contextlib.suppress(psutil.Error):
                killed.setdefault(process.pid, f"{process.name()} ({process.pid})")
                process.kill()
        time.sleep(LOOK_EVERY)
    return list(killed.values())


def holder_of(port: int) -> str:
    """Name and pid of the process that listens on a port of this machine, as far as one may see,
    and the system of ours that it belongs to.
    """
    for connection in psutil.net_connections("tcp"):
        if (
            connection.laddr
            and connection.laddr.port == port
            and connection.status == psutil.CONN_LISTEN
        ):
            try:
                process = psutil.Process(connection.pid)
                name = f"{process.name()} (process {process.pid})"
            except (psutil.Error, TypeError, ValueError):
                return "a process of another user"
            system_id = _system_of(process)
            return f"{name} of the system {system_id}" if system_id else name
    return ""
