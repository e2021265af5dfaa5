"""What every test gets: `--update-golden`, and a guard against processes where none is needed."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import hypothesis
import pytest

# How quickly examples are made says how busy the machine is, and nothing of the code.
hypothesis.settings.register_profile(
    "mscli", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("mscli")

_MAY_START_PROCESSES = ("e2e", "programs")
SINGLE_ENGINES = ("conformance", "engines", "gateway")
"""Folders of tests that start one program each, and ask no clock."""
_STARTERS = ("posix_spawn", "posix_spawnp", "system", "execv", "execve")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write tests/golden from what is rendered now, instead of comparing",
    )
    parser.addoption(
        "--docker",
        action="store_true",
        help="run tests/docker, too, on the Docker Engine that the docker command finds",
    )
    parser.addoption(
        "--kubernetes-context",
        default="",
        metavar="NAME",
        help="run the scenarios of tests/e2e/kubernetes, and no others, on this real cluster",
    )
    parser.addoption(
        "--kubernetes-registry",
        default="",
        metavar="HOST/FOLDER",
        help="where that cluster's nodes pull from, if it is not one of this machine",
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """What needs a Docker Engine is asked for by name, and then fails without one."""
    if collection_path == Path(__file__).parent / "docker" and not config.getoption("--docker"):
        return True
    return None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On a real cluster run what asks for nothing but a cluster; single engines are patient."""
    for item in items:
        if item.path.relative_to(Path(__file__).parent).parts[0] in SINGLE_ENGINES:
            item.add_marker(pytest.mark.patient)
    if config.getoption("--kubernetes-context"):
        chosen = [item for item in items if item.get_closest_marker("kubernetes")]
        config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
        items[:] = chosen


def pytest_configure(config: pytest.Config) -> None:
    # A runner in the background may have been told to ignore Ctrl-C, and what a test starts would
    # inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line("markers", "kubernetes: runs on any cluster, the fake one by default")
    config.addinivalue_line("markers", "programs: starts small programs such as git, no engines")


@pytest.fixture(autouse=True)
def _no_processes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that starts a process says so: `e2e` for engines, `programs` for other programs."""
    if any(request.node.get_closest_marker(name) for name in _MAY_START_PROCESSES):
        return
    monkeypatch.setattr(subprocess.Popen, "__init__", _refusal("subprocess.Popen"))
    for name in _STARTERS:
        monkeypatch.setattr(os, name, _refusal(f"os.{name}"))


def _refusal(name: str) -> Callable[..., NoReturn]:
    def refuse(*arguments: object, **_: object) -> NoReturn:
        pytest.fail(f"{name}{arguments[1:2]} in a test that is marked neither e2e nor programs")

    return refuse
