"""Which service a changed file belongs to; pure."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mscli.model.kinds import Kind
from mscli.model.process import Plan
from mscli.runtimes.processes.records import IGNORED_FOLDERS, WRITTEN


def folders(plan: Plan) -> tuple[Path, ...]:
    """The folders of all services."""
    services = (process for process in plan.processes if process.kind is Kind.SERVICE)
    return tuple(dict.fromkeys(Path(process.folder) for process in services))


def is_source(path: Path) -> bool:
    """Whether a change of this file may change what a service does."""
    hidden = any(part in IGNORED_FOLDERS or part == ".venv" for part in path.parts)
    return not hidden and not path.name.startswith(".") and not path.name.endswith(WRITTEN)


def affected(plan: Plan, paths: Iterable[Path]) -> dict[str, Path]:
    """The services that changed files belong to, each with the first of its files."""
    found: dict[str, Path] = {}
    for path in sorted(paths):
        for process in plan.processes:
            if process.kind is Kind.SERVICE and path.is_relative_to(process.folder):
                found.setdefault(process.workload, path)
    return found
