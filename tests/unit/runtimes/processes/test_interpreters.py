"""Which Python a project's environment is made with."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from mscli.errors import MissingProgram
from mscli.runtimes.processes import interpreters
from mscli.runtimes.processes.interpreters import interpreter_for


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    """Programs on this machine by their versions: on PATH, of uv and of pyenv."""
    places = {"path/python3.99": "", "path/python3.98": "3.98.4", "path/python3": "3.99.1"}
    places |= {
        "uv/cpython-3.97/bin/python3.97": "3.97.1",
        "pyenv/versions/3.96/bin/python3.96": "3.96.2",
    }
    versions = {}
    for name, version in places.items():
        program = tmp_path / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.touch(0o755)
        versions[str(program)] = version
    monkeypatch.setenv("PATH", f"{tmp_path / 'gone'}:{tmp_path / 'path'}")
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path / "uv"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setattr(interpreters, "_version", versions.__getitem__)
    return {version: program for program, version in versions.items()}


def asking(tmp_path: Path, wanted: str) -> Path:
    (tmp_path / "pyproject.toml").write_text(f"[project]\nname = 'a'\n{wanted}\n")
    return tmp_path


@pytest.mark.parametrize("said", ["", "requires-python = '>=3.9'", "requires-python = 'what'"])
def test_the_running_one_is_taken_where_it_may_be(
    tmp_path: Path, there: Mapping[str, str], said: str
) -> None:
    assert interpreter_for(asking(tmp_path, said)).program == sys.executable


@pytest.mark.parametrize(
    ("said", "version"),
    [(">=3.96", "3.96.2"), (">3.97,<4", "3.97.1"), ("==3.98.*", "3.98.4")],
)
def test_else_the_next_that_is_allowed_and_runs(
    tmp_path: Path, there: Mapping[str, str], said: str, version: str
) -> None:
    found = interpreter_for(asking(tmp_path, f"requires-python = '{said}'"))
    assert (found.program, found.version) == (there[version], version)


def test_without_one_the_error_says_what_is_asked_for(
    tmp_path: Path, there: Mapping[str, str]
) -> None:
    with pytest.raises(MissingProgram, match=r"asks for Python >=3\.99 \(requires-python"):
        interpreter_for(asking(tmp_path, "requires-python = '>=3.99'"))
