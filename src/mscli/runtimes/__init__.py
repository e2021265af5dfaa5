"""Runtimes: what drives the engines that run a rendered system."""

from __future__ import annotations

from pathlib import Path


def refresh(root: Path) -> str | None:
    """Let a system that is up take up a change of its file: what engines read again, at once.

    A sentence for the user, or None when the system is not up or nothing changed.
    """
    from mscli import systemfile
    from mscli.runtimes.processes.place import last_place, place_of
    from mscli.runtimes.processes.status import is_up

    if not is_up(last_place(root)):
        return None
    from mscli.runtimes.processes.operate import refresh as refresh_processes

    system = systemfile.read(root / systemfile.FILE_NAME).system
    if refresh_processes(system, place_of(root, system.name)):
        return "the running gateway has taken it up"
    return "the system is up: `mscli up -d` starts what is new and restarts what changed"


def readiness_of(root: Path, service: str) -> bool | None:
    """Whether a replica of a service of this machine's processes is ready; None if none is up."""
    from mscli.runtimes.processes.place import last_place
    from mscli.runtimes.processes.plan import plan_of
    from mscli.runtimes.processes.readiness import is_ready
    from mscli.runtimes.processes.status import is_up

    place = last_place(root)
    if not is_up(place):
        return None
    plan = plan_of(place)
    return plan is not None and any(is_ready(process) for process in plan.replicas(service))
