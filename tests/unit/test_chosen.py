"""A part of a system: what chosen services need, and nobody else."""

from __future__ import annotations

import pytest

from mscli.assemble.chosen import part_of
from mscli.render import stack_for
from mscli.systemfile.reading import read_text

SYSTEM = """
version: 1
name: shop
services:
  orders: {template: python, database: postgres, calls: [payments]}
  payments: {template: python, database: postgres, calls: [bank]}
  bank: {template: python}
  mail: {template: python}
sagas:
  buy: {owner: orders, steps: ['payments:charge/refund']}
"""


@pytest.mark.parametrize(
    ("names", "part"),
    [
        (["mail"], "gateway mail"),
        (
            ["payments"],
            "gateway payments-postgres bank payments-migrate payments",
        ),
        (
            ["orders"],
            (
                "gateway temporal bank payments-postgres payments-migrate payments orders-postgres"
                " orders-migrate orders orders-worker"
            ),
        ),
    ],
)
def test_it_is_whom_they_call_what_they_wait_for_and_the_gateway(
    names: list[str], part: str
) -> None:
    stack = stack_for(read_text(SYSTEM).system, "compose")
    assert set(part_of(stack, names)) == set(part.split())


def test_it_stands_in_the_stacks_order() -> None:
    stack = stack_for(read_text(SYSTEM).system, "processes")
    part = part_of(stack, ["orders", "payments"])
    assert list(part) == [name for name in stack.workloads if name in part]
