"""The rendered plan, read back from disk."""

from __future__ import annotations

import json

from mscli.errors import MscliError, UsageError
from mscli.model.process import PLAN_FILE, Plan, Process, from_document
from mscli.runtimes.processes.place import Place


def read_plan(text: str) -> Plan:
    """The plan that the target wrote. Raises MscliError when it is not one."""
    try:
        return from_document(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, AssertionError) as error:
        raise MscliError(
            f"processes.json is not what this version writes ({error})", "run `mscli up` again"
        ) from error


def plan_of(place: Place) -> Plan | None:
    """The plan of the last `up` in this place, or None if there was none."""
    try:
        return read_plan(place.file(*PLAN_FILE.split("/")).read_text())
    except FileNotFoundError:
        return None


def chosen(plan: Plan, names: list[str], *, tasks: bool = False) -> tuple[Process, ...]:
    """The processes that `names` mean: workloads or single replicas; all without names.

    Raises UsageError for an unknown name. Tasks are left out unless named or asked for.
    """
    if not names:
        return tuple(process for process in plan.processes if tasks or not process.is_task)
    found: dict[str, Process] = {}
    for name in names:
        matching = [p for p in plan.processes if name in (p.workload, p.name)]
        if not matching:
            raise UsageError(f"nothing here is called '{name}'", _suggestion(name, plan))
        found |= {process.name: process for process in matching}
    return tuple(found.values())


def _suggestion(name: str, plan: Plan) -> str:
    from difflib import get_close_matches

    known = [*plan.workloads, *(process.name for process in plan.processes)]
    close = get_close_matches(name, known, 1)
    return f"did you mean '{close[0]}'?" if close else "there is: " + ", ".join(plan.workloads)
