"""What `mscli watch` sees, and when it ends."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest

from mscli.cli import watch


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "STEP", 20)
    monkeypatch.setattr(watch, "LOOK", 50)


def answers(*whether: bool) -> Callable[[], bool]:
    remaining = iter(whether)
    return lambda: next(remaining)


def test_it_ends_when_the_system_is_down_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert list(watch._changes(lambda: [tmp_path], Event(), answers(True, True, False))) == [[], []]
    assert "the system is down" in capsys.readouterr().err


def test_a_source_that_changes_is_seen_between_two_looks(tmp_path: Path) -> None:
    def up_while_it_changes() -> bool:
        (tmp_path / ".hidden").write_text("not seen")
        (tmp_path / "domain.py").write_text("changed")
        return True

    seen = next(filter(None, watch._changes(lambda: [tmp_path], Event(), up_while_it_changes)))
    assert seen == [tmp_path / "domain.py"]


def test_a_service_that_comes_meanwhile_is_watched_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new, gone = (tmp_path / name for name in ("old", "new", "gone"))
    old.mkdir()
    folders = [old, gone]

    def up_while_it_comes() -> bool:
        if not new.exists():
            new.mkdir()
            folders.append(new)
        else:
            (new / "domain.py").write_text("changed")
        return True

    seen = next(filter(None, watch._changes(lambda: folders, Event(), up_while_it_comes)))
    assert seen == [new / "domain.py"]
    assert capsys.readouterr().err == "watching new, too\n"


def test_a_system_file_is_read_again_and_half_a_change_keeps_what_was(tmp_path: Path) -> None:
    declared = tmp_path / "mscli.yaml"
    declared.write_text("version: 1\nname: shop\nservices: {orders: }\n")
    folders = watch._declared_folders(declared)
    orders, payments = (tmp_path / "services" / name for name in ("orders", "payments"))
    assert folders() == {orders}
    for text, expected in (("services: [", {orders}), ("", {orders, payments})):
        whole = "version: 1\nname: shop\nservices: {orders: , payments: }\n"
        declared.write_text(text or whole)
        os.utime(declared, ns=(0, declared.stat().st_mtime_ns + len(text) + 1))
        assert folders() == expected


def test_a_system_file_that_changes_is_told_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    declared, source = tmp_path / "mscli.yaml", [tmp_path / "domain.py"]

    def changes() -> Iterator[list[Path]]:
        yield []
        declared.write_text("version: 1")
        yield []
        yield source

    assert list(watch._with_news_of(declared, changes())) == [source]
    assert capsys.readouterr().err.count("mscli.yaml has changed: `mscli up -d`") == 1
