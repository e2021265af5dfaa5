"""All or nothing: a command's writes take place together, or not at all.

    with writing(root) as transaction:
        transaction.write(File("mscli.yaml", text))
        transaction.commit()

Killed at any point, failing at any point, on a full disk: the system is as before, or as after, or
the next `writing` (or `recover`) makes it so.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from mscli.errors import MscliError
from mscli.model.files import File
from mscli.scaffold import disk
from mscli.scaffold.journal import JOURNAL, Journal, Step, discard, is_being_undone, read
from mscli.scaffold.lock import locked
from mscli.scaffold.paths import place

Verb = Literal["create", "change", "remove"]
_LAST = "mscli.yaml"


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One path that a transaction changes, and how."""

    path: str
    verb: Verb


@dataclass(frozen=True, slots=True)
class _Version:
    content: bytes
    secret: bool
    executable: bool

    def mode(self, target: Path) -> int:
        """The mode of the new version: an old one keeps its own, but for what has to be."""
        if self.secret:
            return 0o600
        if target.exists():
            return stat.S_IMODE(target.stat().st_mode) | (0o111 if self.executable else 0)
        return (0o777 if self.executable else 0o666) & ~_umask()


class Transaction:
    """Writes and removals that are collected first and then take place together."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._versions: dict[str, _Version] = {}
        self._removals: set[str] = set()

    def write(self, file: File) -> None:
        """Write a text file (UTF-8, line feeds)."""
        content = file.content.replace("\r\n", "\n").encode()
        self.write_bytes(file.path, content, secret=file.secret, executable=file.executable)

    def write_bytes(
        self, path: str, content: bytes, *, secret: bool = False, executable: bool = False
    ) -> None:
        """Write a file of any content; a later write of the same path wins."""
        target = place(self.root, path)
        if target.is_symlink() or target.is_dir():
            what = "a symbolic link" if target.is_symlink() else "a folder"
            raise MscliError(f"{path!r} cannot be written: it is {what}", "move it out of the way")
        self._versions[path] = _Version(content, secret, executable)

    def delete(self, path: str) -> None:
        """Remove a file, a link or a folder with all that is in it; nothing there is no error."""
        place(self.root, path)
        self._removals.add(path)

    def preview(self) -> tuple[Change, ...]:
        """What `commit` would change, by path. Files that are the same already are left out."""
        return _changes(self._steps())

    def commit(self) -> tuple[Change, ...]:
        """Make it so; the changes made, by path. An MscliError says why nothing was changed."""
        steps = self._steps()
        if not steps:
            return ()
        journal = self._stage(steps)
        try:
            journal.finish()
        except OSError as error:
            raise _taken_back(journal, error) from error
        self._versions.clear()
        self._removals.clear()
        return _changes(steps)

    def _steps(self) -> tuple[Step, ...]:
        """New files, then changed ones, the system file, then removals."""
        self._check_clashes()
        with disk.errors_in_words():
            writes = sorted(self._writes(), key=_order)
            gone = (path for path in sorted(self._removals) if os.path.lexists(self.root / path))
            removals = [
                Step(0, path, disk.digest_at(self.root / path), None, removes=True) for path in gone
            ]
        return tuple(
            Step(number, step.path, step.before, step.after, step.removes)
            for number, step in enumerate([*writes, *removals])
        )

    def _writes(self) -> Iterator[Step]:
        for path, version in self._versions.items():
            target = place(self.root, path)
            before, after = disk.digest_at(target), disk.digest(version.content)
            if before != after or stat.S_IMODE(target.stat().st_mode) != version.mode(target):
                yield Step(0, path, before, after)

    def _check_clashes(self) -> None:
        seen: dict[str, str] = {}
        for path in self._versions:
            other = seen.setdefault(path.casefold(), path)
            if other != path:
                raise MscliError(f"{path!r} and {other!r} are one file on macOS and Windows")
            if not self._removals.isdisjoint([path, *map(str, PurePosixPath(path).parents)]):
                raise MscliError(f"{path!r} cannot be written and removed at once")

    def _stage(self, steps: tuple[Step, ...]) -> Journal:
        place(self.root, f"{JOURNAL}/x")
        with disk.errors_in_words():
            home = self.root / JOURNAL
            home.mkdir(parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(dir=home))
            journal = Journal(self.root, folder, steps, tuple(self._missing_folders(steps)))
            try:
                self._stage_steps(journal)
                journal.seal()
            except BaseException:
                discard(folder)
                raise
        return journal

    def _stage_steps(self, journal: Journal) -> None:
        disk.make_folders([journal.folder / "new", journal.folder / "old"])
        for step in journal.steps:
            if step.removes:
                continue
            target, version = journal.target(step), self._versions[step.path]
            disk.write_new(journal.new(step), version.content, version.mode(target))
            if step.before is not None:
                disk.keep(target, journal.old(step))

    def _missing_folders(self, steps: Iterable[Step]) -> Iterator[str]:
        """Folders to make, parents first."""
        written = (step.path for step in steps if not step.removes)
        parents = {parent for path in written for parent in PurePosixPath(path).parents}
        for parent in sorted(parents, key=lambda parent: parent.parts):
            if not (self.root / parent).is_dir():
                yield parent.as_posix()


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _order(step: Step) -> tuple[bool, bool, str]:
    return step.path == _LAST, step.before is not None, step.path


def _changes(steps: Iterable[Step]) -> tuple[Change, ...]:
    return tuple(sorted(Change(step.path, _verb(step)) for step in steps))


def _verb(step: Step) -> Verb:
    if step.removes:
        return "remove"
    return "create" if step.before is None else "change"


def _taken_back(journal: Journal, error: OSError) -> MscliError:
    try:
        journal.undo()
    except OSError:
        return disk.in_words(error, "the next mscli command takes back what was begun")
    return disk.in_words(error)


@contextmanager
def writing(root: Path, *, seconds: float = 10.0) -> Iterator[Transaction]:
    """A transaction of the system at `root`, alone with it: others wait at most `seconds`.

    First finishes or takes back what a killed command left. Without `commit` nothing is written.
    """
    with locked(root, seconds):
        _recover(root)
        yield Transaction(root)


def recover(root: Path) -> bool:
    """Finish, or take back, what a killed command left behind; whether there was anything."""
    home = root / JOURNAL
    if not home.is_dir() or not any(home.iterdir()):
        return False
    with locked(root):
        return _recover(root)


def _recover(root: Path) -> bool:
    home = root / JOURNAL
    with disk.errors_in_words():
        found = sorted(home.iterdir()) if home.is_dir() else []
        for folder in found:
            journal = read(root, folder)
            if journal is None:
                discard(folder)
            elif is_being_undone(journal) or not journal.is_undisturbed():
                journal.undo()
            else:
                journal.finish()
    return bool(found)
