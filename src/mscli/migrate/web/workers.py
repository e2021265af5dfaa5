"""Jobs that the settings of a worker list: `functions` and `cron_jobs` of arq."""

from __future__ import annotations

from collections.abc import Iterator

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.entries import Entries, Job
from mscli.migrate.walk.graph.nodes import Call, Node
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.statements.frame import Frame
from mscli.migrate.walk.values.flat import flat
from mscli.migrate.walk.values.values import Function, Made, Site, Value

PACKAGE = "arq"
LISTS = ("functions", "cron_jobs", "on_startup", "on_shutdown", "on_job_start", "on_job_end")
"""Attributes of arq's settings that name functions."""


def read(engine: Engine, entries: Entries) -> None:
    """Every job that a class of settings names."""
    for cls in engine.project.classes:
        if _is_settings(cls):
            for atom in _listed(engine, cls):
                site = Site(atom.fn.module.file, atom.fn.node.lineno)
                if all(job.site != site for job in entries.jobs):
                    node = Node(atom.fn.module, ("ambient", atom.fn.id))
                    Frame(engine, atom.fn.module, node, {}).apply((atom,), Call((), (), site))
                    entries.jobs.append(Job("job", atom.fn.id, site, node))


def _is_settings(cls: ClassSymbol) -> bool:
    """By its lists; who has no cron job need not import the package."""
    named = {name.partition(".")[0] for name, _ in cls.module.import_lines}
    lists = cls.attributes.keys() & {*LISTS[:2]}
    return bool(lists) and (PACKAGE in named or "redis_settings" in cls.attributes)


def _listed(engine: Engine, cls: ClassSymbol) -> Iterator[Function]:
    for name in LISTS:
        if name in cls.attributes:
            yield from _functions(engine.own_attribute(cls, name))


def _functions(value: Value) -> Iterator[Function]:
    """The functions in a list; `cron(clean, hour=3)` and `func(clean, name="x")` hold one."""
    for atom in flat(value):
        if isinstance(atom, Function):
            yield atom
        elif isinstance(atom, Made):
            yield from _functions(atom.arg(0, "coroutine"))
