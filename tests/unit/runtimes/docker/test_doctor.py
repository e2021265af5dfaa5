"""What is said of Docker where it is old, half there, or not there at all."""

from __future__ import annotations

import pytest

from mscli.runtimes.docker.doctor import checks
from tests.unit.runtimes.docker.fake import Fake

pytestmark = pytest.mark.programs


def found() -> dict[str, tuple[str, str]]:
    return {check.name: (check.state, check.finding) for check in checks()}


def test_an_engine_and_its_plugins_have_versions(fake: Fake) -> None:
    fake.says("version*", "20.10.24+dfsg1")
    fake.says("compose version*", "5.0.1")
    fake.says("buildx version", "github.com/docker/buildx v0.29.1 0cb6ec2")
    assert found() == {
        "docker": ("ok", "20.10.24"),
        "compose": ("ok", "5.0.1"),
        "buildx": ("ok", "0.29.1"),
    }


def test_what_is_too_old_or_missing_is_a_warning_with_a_remedy(fake: Fake) -> None:
    fake.says("version*", code=1)
    fake.says("compose version*", "v2.17.3")
    engine, compose = checks()
    assert (engine.state, compose.state) == ("warning", "warning")
    assert "start it" in engine.remedy
    assert compose.remedy == "2.24 or later is needed"


def test_a_compose_without_a_builder_needs_buildx(fake: Fake) -> None:
    fake.says("version*", "29.0.0")
    fake.says("compose version*", "5.0.1")
    fake.says("buildx version", code=1)
    assert found()["buildx"] == ("warning", "not found")


def test_without_docker_there_is_nothing_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert found() == {"docker": ("warning", "not found")}
