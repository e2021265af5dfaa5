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


class Watching:
    """A runtime whose gateway reads its routes whenever it is asked how often it has."""

    target = "compose"

    def __init__(self) -> None:
        self.asked = 0

    def replicas(self) -> list[str]:
        return ["gateway-1"]

    def reloads(self) -> float:
        self.asked += 1
        return float(self.asked)


def test_a_flip_is_taken_up_by_the_gateway_and_anything_else_by_the_next_up(tmp_path: Path) -> None:
    file = tmp_path / "mscli.yaml"
    services = "{orders: {template: none, command: a}, back: {template: none, command: b}}"
    runtime = Watching()

    def refreshed(route: str) -> str | None:
        file.write_text(f"version: 1\nname: shop\nservices: {services}\nroutes: [{route}]\n")
        return containers.refresh(runtime, tmp_path)  # type: ignore[arg-type]

    assert "`mscli up -d` starts what is new" in str(refreshed("{path: /x, service: orders}"))
    assert refreshed("{path: /x, service: back}") == "the running gateway has taken it up"
    assert runtime.asked == 3  # before, in vain; before, and until it has


@pytest.fixture
def gone() -> Runtime:
    return Gone()  # type: ignore[return-value]
