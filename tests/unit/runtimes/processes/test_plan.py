from __future__ import annotations

from pathlib import Path

import pytest

from mscli.errors import MscliError, UsageError
from mscli.model.kinds import Kind, Probe
from mscli.model.process import PLAN_FILE, as_document
from mscli.runtimes.processes.plan import chosen, plan_of, read_plan
from mscli.text import json_text
from tests.unit.runtimes.processes.scenes import place, plan, process, task

SHOP = plan(
    process("gateway", kind=Kind.GATEWAY, probe=Probe("http", "admin")),
    task("orders-migrate", "postgres"),
    process("orders-1", "payments"),
    process("orders-2", "payments"),
)


def test_a_plan_comes_back_as_it_was_written(tmp_path: Path) -> None:
    where = place(tmp_path)
    assert plan_of(where) is None
    where.file("processes").mkdir()
    where.file(*PLAN_FILE.split("/")).write_text(json_text(as_document(SHOP)))
    assert plan_of(where) == SHOP


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '{"processes": [{}]}', '{"processes": 1}']
)
def test_what_is_no_plan_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(MscliError, match=r"processes\.json"):
        read_plan(text)


def test_a_name_means_a_workload_or_a_replica_and_none_means_all_but_tasks() -> None:
    def names(*wanted: str, tasks: bool = False) -> list[str]:
        return [p.name for p in chosen(SHOP, list(wanted), tasks=tasks)]

    assert names() == ["gateway", "orders-1", "orders-2"]
    assert names(tasks=True) == [p.name for p in SHOP.processes]
    assert names("orders") == ["orders-1", "orders-2"]
    assert names("orders-2", "orders") == ["orders-2", "orders-1"]
    assert names("orders-migrate") == ["orders-migrate"]


def test_an_unknown_name_comes_with_the_nearest_or_with_all() -> None:
    with pytest.raises(UsageError) as near:
        chosen(SHOP, ["ordrs"])
    assert near.value.hint == "did you mean 'orders'?"
    with pytest.raises(UsageError) as far:
        chosen(SHOP, ["zzz"])
    assert "gateway" in far.value.hint
