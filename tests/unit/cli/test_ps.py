"""What `ps` shows a person."""

from __future__ import annotations

import pytest

from mscli.cli.ps import _cells
from mscli.runtimes.processes.status import Row
from tests.unit.runtimes.processes.scenes import process


@pytest.mark.parametrize(
    ("state", "code", "shown"),
    [
        ("running", None, "running"),
        ("stopped", 0, "stopped"),
        ("exited", 3, "exited (3)"),
        ("exited", -1, "exited (killed)"),
        ("crash loop", -1, "crash loop (killed)"),
    ],
)
def test_how_something_ended_is_part_of_its_state(state: str, code: int | None, shown: str) -> None:
    row = Row(process("a-1"), state, False, 1, 0, 0, 0.0, code)
    assert _cells(row)[2] == shown
