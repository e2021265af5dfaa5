from __future__ import annotations

import pytest

from mscli.runtimes.processes.books import Entry
from mscli.runtimes.processes.crashes import given_up


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (Entry("running", restarts=9, code=2), ""),
        (Entry("exited", restarts=5, code=1), ""),
        (Entry("exited", restarts=6, code=1), "ended 3 times"),
        (
            Entry("exited", since=7, restarts=5, code=2),
            "ended with code 2 twice",
        ),
        (Entry("exited", since=7, restarts=4, code=2), ""),
        (Entry("exited", since=6, restarts=5, code=2), ""),
        (Entry("starting", since=8, restarts=5, code=2), ""),
    ],
)
def test_what_cannot_mend_itself_is_waited_for_no_longer(entry: Entry, said: str) -> None:
    cause = given_up(entry, 4, began=7.0)
    assert cause.startswith(said)
    assert bool(cause) == bool(said)
