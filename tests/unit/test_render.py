"""Rendered trees: the same as the golden ones, to the byte, and with nothing of this machine."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from mscli.discovery import DISCOVERIES
from mscli.gateways import GATEWAYS
from mscli.model.files import File
from mscli.model.process import as_document, from_document
from mscli.render import TARGETS, render_files
from mscli.text import parsed_back
from tests.systems import ROOT, SYSTEMS, bindings

GOLDEN = Path(__file__).parents[1] / "golden"
REPOSITORY = Path(__file__).parents[2]

CASES = [(system, target) for system in SYSTEMS for target in TARGETS]


def rendered(system: str, target: str) -> dict[str, File]:
    files = render_files(SYSTEMS[system], target, bindings(SYSTEMS[system]))
    by_path = {file.path: file for file in files}
    assert len(by_path) == len(files), "two files of one path"
    return by_path


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize(("system", "target"), CASES)
def test_golden_tree(system: str, target: str, request: pytest.FixtureRequest) -> None:
    folder = GOLDEN / system / target
    now = {path: file.content for path, file in rendered(system, target).items()}
    if request.config.getoption("--update-golden"):
        _replace(folder, now)

    assert sorted(now) == sorted(tree(folder)), "other files: pytest --update-golden"
    for path, content in tree(folder).items():
        assert now[path] == content, f"{path} differs: pytest --update-golden, then read git diff"


def _replace(folder: Path, files: dict[str, str]) -> None:
    for path in tree(folder):
        (folder / path).unlink()
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content, encoding="utf-8")


def test_no_golden_tree_is_forgotten() -> None:
    kept = {tuple(path.relative_to(GOLDEN).parts) for path in GOLDEN.glob("*/*")}

    assert kept == set(CASES)


_PRINT_ALL = """
import json
from mscli.render import TARGETS, render_files
from tests.systems import SYSTEMS, bindings
print(json.dumps({f"{t} {n}": [(f.path, f.content) for f in render_files(s, t, bindings(s))]
                  for n, s in SYSTEMS.items() for t in TARGETS}))
"""


@pytest.mark.programs
def test_the_same_system_gives_the_same_bytes() -> None:
    outputs = {
        subprocess.run(
            [sys.executable, "-c", _PRINT_ALL],
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=REPOSITORY,
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("0", "1", "2")
    }

    assert len(outputs) == 1


_OF_A_MACHINE = re.compile(r"/(?:home|root|tmp|var|work|Users|private)/")
_MOMENT = re.compile(r"\b20\d\d-\d\d-\d\d\b")


@pytest.mark.parametrize("system", SYSTEMS)
def test_nothing_of_this_machine_or_moment(system: str) -> None:
    for path, file in rendered(system, "processes").items():
        assert not PurePosixPath(path).is_absolute()
        assert ".." not in PurePosixPath(path).parts
        assert not _OF_A_MACHINE.findall(file.content), path
        assert not _MOMENT.findall(file.content), path


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_absolute_path_is_a_given_one(system: str) -> None:
    """Another root moves the tree, and changes nothing else."""
    elsewhere = replace(bindings(SYSTEMS[system]), root="/mnt/x", state="/mnt/x/.mscli/local")
    moved = render_files(SYSTEMS[system], "processes", elsewhere)

    for path, file in rendered(system, "processes").items():
        there = next(other.content for other in moved if other.path == path)
        assert _without_digests(file.content.replace(ROOT, "/mnt/x")) == _without_digests(there)


def _without_digests(content: str) -> str:
    return re.sub(r'"[0-9a-f]{16}"', '""', content)


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_file_parses_and_says_what_it_is(system: str) -> None:
    for path, file in rendered(system, "processes").items():
        parsed_back(path, file.content)
        if path.startswith("secrets/") or path.endswith(".json"):
            continue
        lines = file.content.splitlines()[:2]
        assert any("endered by mscli" in line for line in lines), path
        assert "do not edit" in "".join(lines), path


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_plan_is_read_back(system: str) -> None:
    document = json.loads(rendered(system, "processes")["processes/processes.json"].content)
    plan = from_document(document)

    assert json.loads(json.dumps(as_document(plan))) == document
    before: set[str] = set()
    for process in plan.processes:
        waits = {wait.workload for wait in process.waits}
        assert waits <= before, "waits point backwards"
        before.add(process.workload)
    assert len({process.name for process in plan.processes}) == len(plan.processes)


@pytest.mark.parametrize("system", SYSTEMS)
def test_passwords_are_in_secret_files_only(system: str) -> None:
    for path, file in rendered(system, "processes").items():
        if path.startswith("secrets/"):
            assert file.secret
        assert file.secret or "drawn-" not in file.content, path


@pytest.mark.parametrize("gateway", GATEWAYS)
@pytest.mark.parametrize("discovery", DISCOVERIES)
@pytest.mark.parametrize("target", TARGETS)
def test_every_gateway_with_every_discovery_on_every_target(
    gateway: str, discovery: str, target: str
) -> None:
    for system in SYSTEMS.values():
        chosen = replace(
            system,
            gateway=replace(system.gateway, engine=gateway),  # type: ignore[arg-type]
            discovery=discovery,  # type: ignore[arg-type]
        )
        assert render_files(chosen, target, bindings(chosen))
