"""A system that was in containers, when what ran them is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.cli import changes, containers
from mscli.errors import MissingProgram
from mscli.runtimes.choice import Choice
from mscli.runtimes.runtime import Replica, Runtime


class Gone:
    """A runtime whose engine does not answer."""

    choice = Choice("docker", "shop-00000000")

    def replicas(self) -> list[Replica]:
        raise MissingProgram("no Docker Engine answers", "start it")


def test_a_system_may_leave_an_engine_that_is_gone(
    gone: Runtime, capsys: pytest.CaptureFixture[str]
) -> None:
    containers.refuse_if_up(gone)
    assert "stays there: no Docker Engine answers" in capsys.readouterr().err


def test_a_change_of_files_does_not_need_the_engine(
    gone: Runtime,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(containers, "of", lambda **_: gone)
    assert changes.apply_live(tmp_path, dry_run=False) is False
    assert "has not taken this up: no Docker Engine answers" in capsys.readouterr().err


@pytest.fixture
def gone() -> Runtime:
    return Gone()  # type: ignore[return-value]
