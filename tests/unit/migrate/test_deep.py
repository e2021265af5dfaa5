"""Work that goes deep."""

from __future__ import annotations

import sys

import pytest

from mscli.migrate.deep import DEEP, deeply


def _down(steps: int) -> int:
    return 1 + _down(steps - 1) if steps else 0


def test_work_may_go_deeper_than_python_lets_it_and_the_limit_is_as_before() -> None:
    before = sys.getrecursionlimit()
    steps = DEEP - 2_000
    assert before < steps
    assert deeply(lambda: _down(steps)) == steps
    assert sys.getrecursionlimit() == before


def test_what_goes_wrong_is_handed_on_and_the_limit_is_as_before() -> None:
    before = sys.getrecursionlimit()
    with pytest.raises(RecursionError):
        deeply(lambda: _down(2 * DEEP))
    assert sys.getrecursionlimit() == before
