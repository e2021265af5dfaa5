"""Jobs that are put into a queue: they run elsewhere, outside of the caller's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.walk.nodes import Call, Confidence, Edge
from mscli.migrate.walk.values import Function
from mscli.migrate.words import words

if TYPE_CHECKING:
    from mscli.migrate.walk.frame import Frame

LATER = frozenset(words("delay apply_async s si send enqueue delay_on_commit schedule defer"))
ENQUEUEING = frozenset(["enqueue", "enqueue_in", "enqueue_at", "add_job", "enqueue_call"])


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
