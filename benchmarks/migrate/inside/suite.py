"""`python -m inside.suite ABOUT FOLDER SECONDS`: runs an application's own tests, watched.

What counts is what a request did: what a test prepares, or calls without a request, is in none. One
process, one order, no network. Whether a test passes is not asked: a request that fails is judged
by its answer, as all are.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Any

import mscli_trace

from inside.executed import EXECUTED
from inside.offline import cut_off

PATIENCE = 60
WAYS = ["-q", "--tb=no", "-o", "addopts=", "--continue-on-collection-errors"]
"""Of a run: what a project adds for itself (other processes, other reports) is left out."""

WITHOUT = ("cacheprovider", "randomly", "xdist", "cov", "warnings")


class Bounded:
    """Ends a run whose time is up, and a test that has no end."""

    def __init__(self, seconds: float) -> None:
        self.end = time.process_time() + seconds

    def pytest_runtest_call(self) -> None:
        """A test begins; what it needs is there, however long that took."""
        signal.signal(signal.SIGALRM, _slow)
        signal.alarm(PATIENCE)

    def pytest_runtest_teardown(self) -> None:
        """It has ended."""
        signal.alarm(0)

    def pytest_runtest_protocol(self, item: Any) -> None:
        """Before a test: whether it is the last."""
        if time.process_time() > self.end:
            item.session.shouldstop = "time is up"


def _slow(*_given: object) -> None:
    import pytest

    pytest.fail("takes too long")


def main(about: dict[str, Any], folder: Path, seconds: float) -> None:
    """Run the tests that the description names, and write which lines their requests executed."""
    cut_off()
    EXECUTED.watch(about.get("folders", about["own"]), start=False)  # a test is none
    mscli_trace.install()
    import pytest

    without = [word for name in WITHOUT for word in ("-p", f"no:{name}")]
    pytest.main([*WAYS, *without, *about["suite"]["run"]], plugins=[Bounded(seconds)])
    (folder / "executed.json").write_text(json.dumps(EXECUTED.told()))


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    main(json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2]), float(sys.argv[3]))
