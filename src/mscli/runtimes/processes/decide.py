"""What has to happen so that what runs becomes what was rendered: pure, with causes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from os.path import commonpath

from mscli.model.process import Plan, Process
from mscli.runtimes.processes.records import Record

SHOWN = 3
"""How many changed names a cause spells out."""


class Step(StrEnum):
    """What is done with one process."""

    KEEP = "keep"
    START = "start"
    RESTART = "restart"


@dataclass(frozen=True, slots=True)
class Decision:
    """One process, what is done with it, and why."""

    process: Process
    step: Step
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Decisions:
    """All steps, and the names of what runs and is in no plan any more."""

    steps: tuple[Decision, ...]
    superfluous: tuple[str, ...]

    @property
    def changes_something(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.superfluous) or any(d.step is not Step.KEEP for d in self.steps)


def decide(
    plan: Plan,
    running: Collection[str],
    records: Mapping[str, Record],
    current: Callable[[Process], Record],
    completed: Callable[[Process], bool],
) -> Decisions:
    """Compare the plan with what runs.

    `running` names what runs now, `records` tells how it was started, `current` makes the record
    of a process as it would be started now, `completed` says whether a task need not run again.
    """
    steps = []
    for process in plan.processes:
        if process.is_task:
            done = completed(process)
            steps.append(Decision(process, Step.KEEP if done else Step.START))
        elif process.name not in running:
            steps.append(Decision(process, Step.START))
        else:
            cause = _difference(records.get(process.name), current(process))
            steps.append(Decision(process, Step.RESTART if cause else Step.KEEP, cause))
    named = {process.name for process in plan.processes}
    return Decisions(tuple(steps), tuple(sorted(set(running) - named)))


def _difference(before: Record | None, now: Record) -> str:
    """Why a running process has to be restarted; empty if it has not."""
    if before is None:
        return "it was started by another version"
    changed = _changed(before.environment, now.environment)
    if changed:
        return f"{changed} changed"
    changed = _changed(before.settings, now.settings)
    if changed:
        return f"{changed} changed"
    if before.argv != now.argv or before.fingerprint != now.fingerprint:
        return "its command changed"
    return "its code changed" if before.code != now.code else ""


def _changed(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    names = sorted(n for n in before.keys() | now.keys() if before.get(n) != now.get(n))
    if len(names) <= SHOWN:
        return ", ".join(names)
    alike = commonpath(name.replace("_", "/") for name in names).replace("/", "_")
    shown = ", ".join(names[:SHOWN])
    return f"{alike}_*" if alike else f"{shown} and {len(names) - SHOWN} more"
