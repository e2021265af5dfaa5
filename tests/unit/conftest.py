from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.runtimes.docker.fake import Fake


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """A docker command that is told what to say, before any other on the path."""
    made = Fake(tmp_path)
    monkeypatch.setenv("FAKE", str(tmp_path))
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:/usr/bin:/bin")
    return made
