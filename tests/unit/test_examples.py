"""The examples as they are in git: sound, portable, and where they are mscli's, as it left them."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from mscli import systemfile
from mscli.scaffold.ledger import LEDGER, PRISTINE, read_ledger
from mscli.scaffold.updates import update

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(file.parent for file in (ROOT / "examples").glob("*/mscli.yaml"))

THIS_MACHINE = re.compile(r"/(?:home|Users|tmp)/|[A-Z]:\\")

pytestmark = pytest.mark.programs  # git says what belongs to an example

every_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda folder: folder.name)


@cache
def files_of(example: Path) -> tuple[str, ...]:
    """What git keeps of an example, and would keep of it; not what running it left there."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "."]
    listed = subprocess.run(command, cwd=example, capture_output=True, check=True).stdout
    names = sorted(set(listed.decode().split("\0")) - {""})
    return tuple(name for name in names if (example / name).is_file())


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_there_are_examples_and_all_are_in_the_index() -> None:
    index = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    assert EXAMPLES
    assert [example.name for example in EXAMPLES if f"({example.name}/" not in index] == []


@every_example
def test_its_system_file_is_read_without_a_warning(example: Path) -> None:
    reading = systemfile.read(example / systemfile.FILE_NAME)
    assert reading.warnings == ()
    assert reading.system.name == example.name
    folders = {folder.name for folder in (example / "services").iterdir() if folder.is_dir()}
    assert folders == set(reading.system.services)


@every_example
def test_what_mscli_renders_is_as_it_left_it(example: Path) -> None:
    entries = read_ledger(example).entries
    rendered = {path: entry.sha256 for path, entry in entries.items() if entry.kind == "rendered"}
    assert rendered
    assert {path: digest(example / path) for path in rendered} == rendered


@every_example
def test_merged_files_and_their_pristine_copies_are_as_mscli_left_them(example: Path) -> None:
    entries = read_ledger(example).entries
    merged = {path: entry.sha256 for path, entry in entries.items() if entry.kind == "merged"}
    assert merged
    assert {path: digest(example / path) for path in merged} == merged
    assert {path: digest(example / PRISTINE / path) for path in merged} == merged
    pristine = {name for name in files_of(example) if name.startswith(f"{PRISTINE}/")}
    assert pristine == {f"{PRISTINE}/{path}" for path in merged}


@every_example
def test_every_file_of_mscli_is_in_git(example: Path) -> None:
    entries = read_ledger(example).entries
    files = {path for path, entry in entries.items() if entry.kind != "scaffolded"}
    assert {LEDGER, *files} - set(files_of(example)) == set()


@every_example
def test_nothing_of_a_machine_is_in_git(example: Path) -> None:
    unwanted = re.compile(r"(^|/)(uv\.lock|\.venv|__pycache__|\.mscli/local|\.env)(/|$)")
    assert [name for name in files_of(example) if unwanted.search(name)] == []
    for name in files_of(example):
        text = (example / name).read_text(encoding="utf-8")
        assert not THIS_MACHINE.search(text), name
        assert str(ROOT) not in text, name


@every_example
def test_every_python_file_says_its_class_in_its_first_line(example: Path) -> None:
    entries = read_ledger(example).entries
    python = [name for name in files_of(example) if name.endswith(".py")]
    assert python
    for name in python:
        first = (example / name).read_text(encoding="utf-8").partition("\n")[0]
        known = entries.get(name.removeprefix(f"{PRISTINE}/"))
        kind = "scaffolded" if known is None else known.kind
        assert first.startswith(f"# {kind.capitalize()} by mscli"), name


@every_example
def test_nothing_of_the_samples_is_left(example: Path) -> None:
    """The template's sample domain is notes that somebody leaves: an example has one of its own."""
    scaffolded = (n for n in files_of(example) if n.endswith(".py") and "/wiring/" not in n)
    sample = re.compile(r"leave_note|InMemoryRecords|records\.py|class Record\b")
    texts = {name: (example / name).read_text(encoding="utf-8") for name in scaffolded}
    assert [name for name, text in texts.items() if sample.search(text)] == []


@every_example
def test_its_wiring_is_what_the_templates_make_today(example: Path, tmp_path: Path) -> None:
    copy = tmp_path / example.name
    for name in files_of(example):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(example / name, copy / name)
    changes = update(copy, dry_run=True).changes
    assert changes == (), "run `mscli update` in the example"
