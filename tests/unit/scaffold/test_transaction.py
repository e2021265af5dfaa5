"""A command's writes take place together or not at all, whatever happens in between."""

from __future__ import annotations

import errno
import itertools
import os
import shutil
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.scaffold.faults import at_operation, killed_at, killed_for_good_at, tree

from mscli.errors import MscliError
from mscli.model.files import File
from mscli.scaffold.lock import locked
from mscli.scaffold.root import create_root
from mscli.scaffold.transaction import Change, Transaction, recover, writing


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small system with something to change, to remove and to leave alone."""
    folder = tmp_path / "shop"
    (folder / "services/old/src").mkdir(parents=True)
    (folder / "mscli.yaml").write_text("name: shop\n")
    (folder / "keep.txt").write_text("keep")
    (folder / "same.txt").write_text("same")
    (folder / "run.sh").write_text("#!/bin/sh\n")
    (folder / "services/old/src/a.py").write_text("a")
    (folder / "services/old/link").symlink_to("src/a.py")
    return folder


def change(root: Path) -> None:
    """One transaction of every kind of change."""
    with writing(root) as transaction:
        transaction.write(File("mscli.yaml", "name: shop\nservices: {}\n"))
        transaction.write(File("same.txt", "same"))
        transaction.write(File("run.sh", "#!/bin/sh\n", executable=True))
        transaction.write(File("new/deep/a.txt", "a\r\nb\n"))
        transaction.write(File("new/b.sh", "b", executable=True))
        transaction.write(File(".mscli/local/password", "s", secret=True))
        transaction.delete("services/old")
        transaction.commit()


def test_all_changes_take_place(root: Path) -> None:
    change(root)
    assert tree(root) == {
        "keep.txt": (b"keep", 0o644),
        "mscli.yaml": (b"name: shop\nservices: {}\n", 0o644),
        "new/b.sh": (b"b", 0o755),
        "new/deep/a.txt": (b"a\nb\n", 0o644),
        "run.sh": (b"#!/bin/sh\n", 0o755),
        "same.txt": (b"same", 0o644),
    }
    assert (root / ".mscli/local/password").stat().st_mode & 0o777 == 0o600
    assert not list((root / ".mscli/local/journal").iterdir())


def test_the_preview_says_what_commit_does_and_changes_nothing(root: Path) -> None:
    before = tree(root)
    transaction = Transaction(root)
    transaction.write(File("mscli.yaml", "x"))
    transaction.write(File("same.txt", "same"))
    transaction.write(File("a/b", "x"))
    transaction.delete("services/old")
    transaction.delete("nothing/there")
    expected = (
        Change("a/b", "create"),
        Change("mscli.yaml", "change"),
        Change("services/old", "remove"),
    )
    assert transaction.preview() == expected
    assert tree(root) == before
    assert not (root / ".mscli").exists()
    assert transaction.commit() == expected
    assert transaction.commit() == ()


@pytest.mark.parametrize("after", [False, True])
def test_killed_at_any_operation_leaves_old_or_new(root: Path, tmp_path: Path, after: bool) -> None:
    old = tree(root)
    shutil.copytree(root, tmp_path / "other", symlinks=True)
    change(tmp_path / "other")
    new = tree(tmp_path / "other")
    seen = set()
    for number in itertools.count(1, 2 if after else 3):
        copy = tmp_path / f"copy{number}"
        shutil.copytree(root, copy, symlinks=True)
        if not killed_at(number, partial(change, copy), after=after):
            break
        recover(copy)
        found = tree(copy)
        assert found in (old, new), f"half done at operation {number}"
        seen.add(found == new)
        if number % 6 == 1:
            change(copy)
            assert tree(copy) == new, f"not to be finished after operation {number}"
        shutil.rmtree(copy)
    assert number > 40
    assert seen == {False, True}


def test_a_process_that_is_really_killed_leaves_old_or_new(root: Path, tmp_path: Path) -> None:
    old = tree(root)
    shutil.copytree(root, tmp_path / "other", symlinks=True)
    change(tmp_path / "other")
    for number in range(1, 200, 9):
        copy = tmp_path / f"copy{number}"
        shutil.copytree(root, copy, symlinks=True)
        killed = killed_for_good_at(number, partial(change, copy))
        with writing(copy, seconds=0):
            assert tree(copy) in (old, tree(tmp_path / "other"))
        if not killed:
            break


def test_killed_while_recovering_leaves_old_or_new(root: Path, tmp_path: Path) -> None:
    old = tree(root)
    shutil.copytree(root, tmp_path / "other", symlinks=True)
    change(tmp_path / "other")
    new = tree(tmp_path / "other")
    for first in (44, 60):
        for second in itertools.count(1):
            copy = tmp_path / "copy"
            shutil.copytree(root, copy, symlinks=True)
            killed_at(first, partial(change, copy), after=True)
            again = killed_at(second, partial(recover, copy), after=False)
            recover(copy)
            assert tree(copy) in (old, new)
            shutil.rmtree(copy)
            if not again:
                break


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "permission denied"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_a_failing_disk_changes_nothing_and_is_explained(
    root: Path, tmp_path: Path, code: int, words: str
) -> None:
    old = tree(root)

    def fail() -> None:
        raise OSError(code, os.strerror(code))

    failures = 0
    for number in range(1, 60, 1 if code == errno.ENOSPC else 7):
        copy = tmp_path / f"copy{number}"
        shutil.copytree(root, copy, symlinks=True)
        error = None
        try:
            with at_operation(number, fail, after=False):
                change(copy)
        except MscliError as raised:
            error = raised
        if error is not None:
            failures += 1
            assert words in error.message
            assert "nothing has been changed" in error.message
            assert tree(copy) == old, f"half done at operation {number}"
        shutil.rmtree(copy)
    assert failures > 3


def test_what_a_person_changed_meanwhile_is_not_lost(root: Path) -> None:
    """A command is killed, its user edits a file that it was to change, the next one recovers."""
    for number in itertools.count(1, 4):
        copy = root.parent / f"copy{number}"
        shutil.copytree(root, copy, symlinks=True)
        if not killed_at(number, partial(change, copy), after=True):
            break
        (copy / "mscli.yaml").write_text("mine\n")
        recover(copy)
        assert (copy / "mscli.yaml").read_text() == "mine\n"
        shutil.rmtree(copy)


@pytest.mark.parametrize(
    "path",
    [
        *[
            "../x",
            "/etc/x",
            "a/../../x",
            "",
            ".",
            "a//b",
            "a/./b",
            "a\\b",
            "C:x",
            "con",
            "a/NUL.txt",
        ],
        *["x.", "x ", "a?b", "a\nb", "x" * 256],
    ],
)
def test_paths_that_lead_out_or_are_not_portable_are_refused(root: Path, path: str) -> None:
    with pytest.raises(MscliError):
        Transaction(root).write(File(path, "x"))
    with pytest.raises(MscliError):
        Transaction(root).delete(path)


def test_links_that_lead_out_are_refused(root: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (root / "out").symlink_to(tmp_path / "outside")
    (root / "in").symlink_to("services")
    transaction = Transaction(root)
    with pytest.raises(MscliError, match="leads out"):
        transaction.write(File("out/a.txt", "x"))
    with pytest.raises(MscliError, match="leads out"):
        transaction.delete("out/a.txt")
    with pytest.raises(MscliError, match="symbolic link"):
        transaction.write(File("out", "x"))
    transaction.write(File("in/a.txt", "x"))
    transaction.delete("out")
    transaction.commit()
    assert (root / "services/a.txt").read_text() == "x"
    assert (tmp_path / "outside").is_dir()
    assert not (root / "out").is_symlink()


def test_a_journal_that_leads_out_is_refused(root: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (root / ".mscli").symlink_to(tmp_path / "outside")
    transaction = Transaction(root)
    transaction.write(File("a", "x"))
    with pytest.raises(MscliError, match="leads out"):
        transaction.commit()


def test_files_in_the_way_are_refused(root: Path) -> None:
    transaction = Transaction(root)
    with pytest.raises(MscliError, match="is a file, not a folder"):
        transaction.write(File("keep.txt/a", "x"))
    with pytest.raises(MscliError, match="it is a folder"):
        transaction.write(File("services", "x"))
    transaction.write(File("A.txt", "x"))
    transaction.write(File("a.TXT", "x"))
    with pytest.raises(MscliError, match="one file on macOS"):
        transaction.commit()


def test_a_second_writer_waits_and_then_says_so(root: Path) -> None:
    with locked(root):
        failures = []

        def second() -> None:
            try:
                with writing(root, seconds=0.2):
                    pass
            except MscliError as error:
                failures.append(error.message)

        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert f"(process {os.getpid()}) is writing to {root} for more than 0.2 s" in failures[0]
    with writing(root, seconds=0):
        pass


def test_writers_at_the_same_time_lose_nothing(root: Path) -> None:
    children = []
    for number in range(6):
        child = os.fork()
        if child == 0:
            with writing(root) as transaction:
                text = (root / "mscli.yaml").read_text()
                transaction.write(File("mscli.yaml", f"{text}{number}\n"))
                transaction.commit()
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 6
    assert sorted((root / "mscli.yaml").read_text().split()[2:]) == list("012345")


def make(destination: Path) -> None:
    create_root(destination, [File("mscli.yaml", "name: shop\n"), File("a/b.txt", "b")])


@pytest.mark.parametrize("name", ["shop", "deep/er/shop"])
@pytest.mark.parametrize("exists", [False, True])
def test_a_new_root_appears_at_once_or_not_at_all(tmp_path: Path, name: str, exists: bool) -> None:
    for number in itertools.count(1):
        home = tmp_path / str(number)
        destination = home / name
        (destination if exists else home).mkdir(parents=True)
        killed = killed_at(number, partial(make, destination), after=True)
        whole = exists or not destination.exists() or len(tree(destination)) == 2
        assert whole, f"half made at operation {number}"
        recover(destination)
        if not (destination / "mscli.yaml").exists():
            make(destination)
        assert len(tree(destination)) == 2
        assert not list(home.glob(".*mscli-new*"))
        if not killed:
            break


def test_a_new_root_is_not_made_where_something_is(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/mine.txt").write_text("x")
    (tmp_path / "file").write_text("x")
    for name in ("shop", "file", "file/shop"):
        with pytest.raises(MscliError):
            make(tmp_path / name)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "shop"]


_NAME = st.sampled_from(["a", "b", "c/d", "c/e", "f/g/h"])
_FILES = st.dictionaries(_NAME, st.tuples(st.binary(max_size=9), st.booleans()))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_FILES, _FILES, st.sets(_NAME), st.tuples(st.integers(1, 60), st.booleans()))
def test_any_transaction_killed_anywhere_is_old_or_new(
    tmp_path_factory: pytest.TempPathFactory,
    before: dict[str, tuple[bytes, bool]],
    writes: dict[str, tuple[bytes, bool]],
    removed: set[str],
    fault: tuple[int, bool],
) -> None:
    home = tmp_path_factory.mktemp("any")

    def act(name: str, files: dict[str, tuple[bytes, bool]], gone: set[str]) -> Callable[[], None]:
        def work() -> None:
            with writing(home / name) as transaction:
                for path, (content, executable) in files.items():
                    transaction.write_bytes(path, content, executable=executable)
                for path in gone - files.keys():
                    transaction.delete(path)
                transaction.commit()

        return work

    for name in ("one", "two"):
        act(name, before, set())()
    old = tree(home / "two")
    act("two", writes, removed)()
    killed_at(fault[0], act("one", writes, removed), after=fault[1])
    recover(home / "one")
    assert tree(home / "one") in (old, tree(home / "two"))
