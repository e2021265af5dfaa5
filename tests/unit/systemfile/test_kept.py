"""A file that was read before is not read again, and what is kept is never taken for another."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mscli.errors import SystemFileError
from mscli.systemfile import inspect, kept, read, reading

TEXT = """\
version: 1
name: shop
services:
  orders: {template: python, calls: [payments]}
  payments: {template: python, calls: [orders]}
"""


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mscli.yaml"
    path.write_text(TEXT)
    return path


def refuse_to_read(*_: object) -> None:
    pytest.fail("it was read again")


def test_what_is_kept_is_the_same_system_with_its_warnings(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = read(file)
    assert first.warnings  # the cycle
    monkeypatch.setattr(reading, "_inspect_text", refuse_to_read)
    assert read(file) == first
    assert inspect(file) == (first.system, first.warnings)


def test_a_changed_file_is_read(file: Path) -> None:
    read(file)
    file.write_text(TEXT.replace("name: shop", "name: other"))
    assert read(file).system.name == "other"


def test_other_code_reads_anew(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = read(file)
    monkeypatch.setattr(kept, "_code", lambda: "another version")
    assert kept.find(TEXT, "mscli.yaml") is None
    assert read(file) == first


def test_a_faulty_file_is_not_kept(file: Path) -> None:
    file.write_text("version: 1\nname: Shop!\n")
    for _ in range(2):
        with pytest.raises(SystemFileError):
            read(file)
    assert not kept.folder().exists()


def test_a_broken_or_foreign_entry_is_not_believed(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = read(file)
    (entry,) = kept.folder().iterdir()
    assert kept.find(TEXT, "mscli.yaml") is not None
    monkeypatch.setattr(os, "getuid", lambda: entry.stat().st_uid + 1)
    assert kept.find(TEXT, "mscli.yaml") is None
    monkeypatch.setattr(os, "getuid", lambda: entry.stat().st_uid)
    entry.write_bytes(b"cut off")
    assert read(file) == first


def test_old_readings_go(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 2)
    for number in range(4):
        file.write_text(TEXT.replace("shop", f"shop-{number}"))
        read(file)
    assert len(list(kept.folder().iterdir())) == 2


def test_a_cache_that_cannot_be_written_is_no_fault(file: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file, not a folder")
    assert read(file).system.name == "shop"
