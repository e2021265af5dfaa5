"""Finding and ending what carries a system's id, however it got away from its parents.

A process is ours only if its user and its environment's MSCLI_STACK are; psutil checks pid and
start time together, so that a recycled pid is never killed.
"""

from __future__ import annotations

import os
from collections.abc import Collection

import psutil


def systems() -> set[str]:
    """The ids of all systems of which this user has a living process."""
    return {_system_of(process) for process in psutil.process_iter()} - {""}


def _system_of(process: psutil.Process) -> str:
    try:
        mine = process.uids().real == os.getuid() and process.status() != psutil.STATUS_ZOMBIE
        return process.environ().get("MSCLI_STACK", "") if mine else ""
    except psutil.Error:
        return ""


def ours(system_id: str, spare: Collection[int] = ()) -> list[psutil.Process]:
    """The living processes of this user whose environment carries `system_id`."""
    return [
        process
        for process in psutil.process_iter()
        if process.pid not in {os.getpid(), *spare} and _system_of(process) == system_id
    ]


def kill_all(system_id: str, spare: Collection[int] = (), patience: float = 5.0) -> list[str]:
    """Kill every process of the system but `spare`, until none is found; names of the killed.

    Looks again after each round, for a process may have forked while the round was on.
    """
    killed: list[str] = []
    for _ in range(5):
        found = ours(system_id, spare)
        if not found:
            break
        for process in found:
            try:
                killed.append(f"{process.name()} ({process.pid})")
                process.kill()
            except psutil.Error:
                continue
        psutil.wait_procs(found, timeout=patience)
    return killed


def holder_of(port: int) -> str:
    """Name and pid of the process that listens on a port of this machine, as far as one may see."""
    for connection in psutil.net_connections("tcp"):
        if (
            connection.laddr
            and connection.laddr.port == port
            and connection.status == psutil.CONN_LISTEN
        ):
            try:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
            except (psutil.Error, TypeError, ValueError):
                return "a process of another user"
    return ""
