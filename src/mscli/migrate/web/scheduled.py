"""Jobs that no decorator marks: a call puts them into a queue, or into a schedule.

`queue.enqueue(work)`, `scheduler.add_job(work, "cron")`, `schedule.every().day.do(work)`,
`async_task("shop.tasks.work")`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mscli.migrate.walk.calls import queued
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.entries import Entries, Job
from mscli.migrate.walk.graph.nodes import Call, Node, OutsideCall, Unresolved
from mscli.migrate.walk.statements.frame import Frame
from mscli.migrate.walk.values.values import Function, Site, Text


def read(engine: Engine, entries: Entries) -> None:
    """Every function that such a call names, once, unless it is a job by its decorator."""
    for name in queued.PLACES:
        for call in engine.outside.named(name):
            for atom in _functions(engine, call):
                _add(engine, entries, atom, call.site)


def _functions(engine: Engine, call: OutsideCall) -> Iterator[Function]:
    for atom in queued.put(call.name, call):
        if isinstance(atom, Function):
            yield atom
        elif isinstance(atom, Text):
            home, _, last = atom.text.replace(":", ".").rpartition(".")
            module = engine.project.module(home) if home else None
            if module is not None and last in module.functions:
                yield Function(module.functions[last])
            elif home and " " not in atom.text:
                lost = Unresolved("job", f"{atom.text} is put into a queue", call.site)
                engine.unresolved[lost] = None


def _add(engine: Engine, entries: Entries, atom: Function, site: Site) -> None:
    place = Site(atom.fn.module.file, atom.fn.node.lineno)
    if any(job.site == place for job in entries.jobs):
        return
    node = Node(atom.fn.module, ("ambient", atom.fn.id))
    Frame(engine, atom.fn.module, node, {}).apply((atom,), Call((), (), site))
    entries.jobs.append(Job("job", atom.fn.id, place, node))
