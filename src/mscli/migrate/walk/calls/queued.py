"""Jobs that are put into a queue: they run elsewhere, outside of the caller's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.walk.graph.nodes import Call, Confidence, Edge
from mscli.migrate.walk.values.given import Given
from mscli.migrate.walk.values.values import Function, Value, last
from mscli.migrate.words import words

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

LATER = frozenset(words("delay apply_async s si send enqueue delay_on_commit schedule defer"))
FUNC = "func"
PLACES = {
    "enqueue": 0, "enqueue_call": 0, "enqueue_in": 1, "enqueue_at": 1, "add_job": 0,
    "async_task": 0, "do": 0, "cron": 1, "schedule": 1,
}  # fmt: skip
"""Calls that put a function into a queue or a schedule: where it is; most know it as `func`."""
VAGUE = {"do": "schedule.every", "cron": "Scheduler", "schedule": "Scheduler"}
"""Of these words only what is a method of such a thing."""


def put(name: str, call: Given) -> Value:
    """The functions, or their names, that a call puts somewhere to be run later.

    Others that it is given are run then, too: `enqueue(work, on_success=report)`.
    """
    tail = last(name)
    if tail not in PLACES or VAGUE.get(tail, "") not in name:
        return ()
    found = call.arg(PLACES[tail], FUNC) or call.arg(-1, FUNC)
    given = (atom for value in call.given for atom in value) if found else ()
    return (*found, *(a for a in given if isinstance(a, Function) and a not in found))


def is_put(frame: Frame, name: str, call: Call) -> bool:
    """Whether a call puts something somewhere; what it puts is run later."""
    put_there = put(name, call)
    for atom in put_there:
        if isinstance(atom, Function):
            later(frame, atom, call)
    return bool(put_there)


def later(frame: Frame, fn: Function, call: Call) -> None:
    """A job is put into a queue: it runs elsewhere, outside the caller's transaction."""
    node = frame.engine.enter(fn.fn, fn.receiver, {})
    kind = "call" if _is_immediate(frame, fn) else "job"
    frame.node.edges[Edge(node, call.site, frame.regions, Confidence.CERTAIN, kind)] = None


def _is_immediate(frame: Frame, fn: Function) -> bool:
    """Whether jobs run where they are put: Django's tasks do, unless the settings say where."""
    imported = {module.partition(".")[0] for module, _ in fn.fn.module.imports.values()}
    named = {module for module, _ in fn.fn.module.imports.values()}
    if "django_tasks" in imported or "django.tasks" in named:
        return not frame.engine.setting("TASKS")
    return False
