"""The modules of the migration's benchmark, for the tests of how truths are taken."""

from __future__ import annotations

import importlib
import sys

import pytest

from mscli.migrate.tracing import hook
from mscli.migrate.tracing.hook import records
from tests.unit.migrate.truths import MIGRATE, Modules


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> Modules:
    """Those of the benchmark, and the hook by the name that it has in an application."""
    monkeypatch.syspath_prepend(str(MIGRATE))
    monkeypatch.syspath_prepend(str(MIGRATE.parent))
    monkeypatch.setitem(sys.modules, "mscli_trace", hook)
    monkeypatch.setitem(sys.modules, "mscli_trace.records", records)
    return importlib.import_module
