from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mscli.runtimes.processes import environments


def _project(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "pyproject.toml").write_text('[project]\nname = "orders"\n')
    (folder / "uv.lock").write_text("version = 1\n")
    return folder


def _made(folder: Path) -> Path:
    (folder / ".venv").mkdir()
    (folder / ".venv" / environments.MARK).write_text(environments._fingerprint(folder))
    return folder


def test_only_a_python_project_needs_an_environment(tmp_path: Path) -> None:
    assert not environments.is_needed(tmp_path)
    assert environments.is_needed(_project(tmp_path / "orders"))


@pytest.mark.parametrize("name", ["pyproject.toml", "uv.lock"])
def test_an_environment_is_current_until_a_file_that_it_was_made_from_changes(
    tmp_path: Path, name: str
) -> None:
    folder = _project(tmp_path / "orders")
    assert not environments.is_current(folder)
    _made(folder)
    assert environments.is_current(folder)
    (folder / name).write_text("another")
    assert not environments.is_current(folder)


def test_a_copied_checkouts_environment_is_not_current_for_it_holds_the_others_paths(
    tmp_path: Path,
) -> None:
    folder = _made(_project(tmp_path / "orders"))
    shutil.copytree(folder, tmp_path / "copy")
    assert not environments.is_current(tmp_path / "copy")


def test_the_packages_of_services_out_of_one_template_are_one_set(tmp_path: Path) -> None:
    lock = '[[package]]\nname = "{}"\n\n[[package]]\nname = "fastapi"\nversion = "1"\n'
    sets = []
    for name in ("orders", "payments"):
        folder = _project(tmp_path / name)
        (folder / "pyproject.toml").write_text(f'[project]\nname = "{name}"\n')
        (folder / "uv.lock").write_text(lock.format(name))
        sets.append(environments._packages(folder))
    assert sets[0] == sets[1]
    assert len(sets[0]) == 1


def test_what_a_killed_command_left_half_made_is_removed(tmp_path: Path) -> None:
    (tmp_path / "abc.4194305.new").mkdir()
    (tmp_path / "abc.1.new").mkdir()
    (tmp_path / "abc").mkdir()
    environments._remove_abandoned(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["abc", "abc.1.new"]


def test_a_linked_environment_shares_its_files_but_the_one_that_is_written_into(
    tmp_path: Path,
) -> None:
    template = tmp_path / "template"
    template.mkdir()
    (template / "pyvenv.cfg").write_text("home = /usr")
    (template / "module.py").write_text("")
    environments._link_tree(template, tmp_path / "venv")
    assert (tmp_path / "venv" / "module.py").stat().st_nlink == 2
    assert (tmp_path / "venv" / "pyvenv.cfg").stat().st_nlink == 1
