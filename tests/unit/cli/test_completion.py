"""What the shell is offered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mscli.cli import completion, saga

FILE = """\
version: 1
name: shop
services:
  orders: {calls: [payments], replicas: 2}
  payments: {database: postgres}
routes: {/orders: orders}
sagas:
  buy: {owner: orders, steps: [payments:charge]}
"""
Completion = Callable[[str], list[str]]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "mscli.yaml").write_text(FILE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("complete", "typed", "offered"),
    [
        (completion.services, "o", ["orders"]),
        (completion.with_database, "", ["payments"]),
        (completion.scaled, "o", ["orders=", "orders-worker="]),
        (completion.sagas, "", ["buy"]),
        (completion.routes, "/", ["/orders"]),
        (completion.opened, "", ["/orders", "orders", "payments", "temporal"]),
        (completion.runtimes, "d", ["docker"]),
        (completion.calls, "", ["orders:payments"]),
        (completion.faults, "ki", ["kill"]),
        (completion.levels, "w", ["warning"]),
    ],
)
def test_names_of_the_system_are_offered(
    here: Path, complete: Completion, typed: str, offered: list[str]
) -> None:
    assert complete(typed) == offered


def test_copies_are_offered(here: Path) -> None:
    (here / ".mscli/local/projects/shop-1234").mkdir(parents=True)
    assert completion.copies("shop") == ["shop-1234"]


@pytest.mark.parametrize("text", [None, "version: 1\nname: [", "version: 1\nname: x\nxx: 1\n"])
def test_without_a_sound_system_nothing_is_offered(here: Path, text: str | None) -> None:
    (here / "mscli.yaml").unlink() if text is None else (here / "mscli.yaml").write_text(text)
    assert completion.services("") == completion.scaled("") == completion.sagas("") == []
    assert saga.ids("") == []
