"""What Python's library hands on is what it was given."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.facts import Facts
from tests.unit.migrate.project import ONE_AND_MANY, answering, scanned, touched

IMPORTS = """
import asyncio, copy, functools, heapq, itertools, operator
import typing as t
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import cast

from anyio import to_thread
from fastapi.concurrency import run_in_threadpool
"""
HEAD = (
    f"{IMPORTS}{ONE_AND_MANY}"
    """
def load(id): return session.get(A, id)
async def aload(id): return session.get(A, id)
def every(): return session.scalars(select(A))
def unknown(): return __import__("x").y()
"""
)
BODIES = {
    "cast": "return cast(A, load(1)).bs",
    "cast_by_a_text": "return t.cast('A', unknown()).bs",
    "cast_list": "return [a.bs for a in cast(list[A], unknown())]",
    "each_once": "return [a.bs for a in list(dict.fromkeys([load(1), load(2)]))]",
    "copied": "return copy.copy(load(1)).bs",
    "waited_for": "return (await asyncio.wait_for(aload(1), 3)).bs",
    "shielded": "return (await asyncio.shield(aload(1))).bs",
    "gathered": "one, other = await asyncio.gather(aload(1), aload(2))\nreturn other.bs",
    "group": (
        "async with asyncio.TaskGroup() as group:\n    task = group.create_task(aload(1))\n"
        "return task.result().bs"
    ),
    "task": "task = asyncio.create_task(aload(1))\nreturn (await task).bs",
    "tasks": "return [(await x).bs for x in [asyncio.create_task(aload(1))]]",
    "run": "return asyncio.run(aload(1)).bs",
    "pool": "return (await run_in_threadpool(load, 1)).bs",
    "pool_by_name": "return (await run_in_threadpool(load, id=1)).bs",
    "thread": "return (await asyncio.to_thread(load, 1)).bs",
    "anyio": "return (await to_thread.run_sync(load, 1)).bs",
    "executor": "return (await asyncio.get_running_loop().run_in_executor(None, load, 1)).bs",
    "submitted": (
        "with ThreadPoolExecutor() as pool:\n    found = [pool.submit(load, 1)]\n"
        "    return [each.result().bs for each in as_completed(found)]"
    ),
    "pool_map": (
        "with ThreadPoolExecutor() as pool:\n    return [a.bs for a in pool.map(load, [1])]"
    ),
    "chain": "return [a.bs for a in itertools.chain([load(1)], every())]",
    "chain_of_all": "return [a.bs for a in itertools.chain.from_iterable([every()])]",
    "groups": (
        "for key, found in itertools.groupby(every(), key=lambda a: a.id):\n"
        "    for a in found: print(a.bs)"
    ),
    "key_of_groups": "return itertools.groupby(every(), key=lambda a: a.bs)",
    "reduced": "return functools.reduce(lambda x, y: y, every()).bs",
    "nearest": "return heapq.nlargest(3, every())[0].bs",
    "next": "return next(iter(every())).bs",
    "map": "return list(map(load, [1, 2]))[0].bs",
    "mapped": "return list(map(lambda a: a.bs, every()))",
    "mapped_by_name": "return list(map(operator.attrgetter('bs'), every()))",
    "filter": "return list(filter(lambda a: a.bs, every()))",
    "zip": "for a, n in zip(every(), [1, 2]): print(a.bs)",
    "sorted": "return sorted(every(), key=lambda a: len(a.bs))",
    "max": "return max(every(), key=lambda a: a.id).bs",
    "max_key": "return max(every(), key=lambda a: len(a.bs)).id",
    "by_key": (
        "found = {}\nfor a in every(): found[a.id] = a\nreturn [a.bs for id, a in found.items()]"
    ),
    "lists_by_key": (
        "found = defaultdict(list)\nfor a in every(): found[a.id].append(a)\n"
        "return [a.bs for each in found.values() for a in each]"
    ),
    "lists_by_default": (
        "found = {}\nfor a in every(): found.setdefault(a.id, []).append(a)\n"
        "return [a.bs for a in found[1]]"
    ),
}


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    root: Path = tmp_path_factory.mktemp("passing")
    return scanned(root, {"app.py": HEAD + answering(BODIES)})


@pytest.mark.parametrize("handler", BODIES)
def test_rows_are_handed_on(facts: Facts, handler: str) -> None:
    assert "b" in touched(facts, "read", f"app.of_{handler}")


def test_nothing_is_at_fault(facts: Facts) -> None:
    assert not [found for found in facts.unresolved if found.kind == "fault"]
