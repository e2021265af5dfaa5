"""Which systems of this user are up as processes of this machine, and in which folders."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import psutil

from mscli.model.copies import Up
from mscli.runtimes.processes.guard import GUARD
from mscli.runtimes.processes.sweep import environment_of


def systems_up() -> list[Up]:
    """Every copy of a system of which a process runs; without a supervisor it has no folder."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    folders: dict[str, str] = {}
    for process in psutil.process_iter():
        environment = environment_of(process)
        if not (system_id := environment.get("MSCLI_STACK")):
            continue
        if name := environment.get("MSCLI_PROCESS"):
            names[system_id].add(name)
        elif folder := _folder(process):
            folders[system_id] = folder
    return [
        Up(system_id, folders.get(system_id, ""), len(running - {GUARD}))
        for system_id, running in names.items()
    ]


def _folder(process: psutil.Process) -> str:
    """The folder of the system that a supervisor works for: above the local state that it is in."""
    try:
        if "supervisor.supervisord" not in process.cmdline():
            return ""
        state = Path(process.cwd())
    except psutil.Error:
        return ""
    return next((str(folder.parent) for folder in state.parents if folder.name == ".mscli"), "")
