"""What becomes of every file that a template made, by its class and by what is there already.

rendered    written; one that a person has changed is refused without `force`
scaffolded  written once; not brought back when a person removed it, and touched again only where
            mscli.yaml says something else of the service (`following.py`)
merged      written once; later merged with what a person made of it, by its pristine copy
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mscli.errors import MscliError
from mscli.model.files import FileClass
from mscli.scaffold import disk
from mscli.scaffold.classes import Classes
from mscli.scaffold.copying import Produced
from mscli.scaffold.ledger import LEDGER, PRISTINE, Entry, Ledger, read_ledger
from mscli.scaffold.merging import merged
from mscli.scaffold.transaction import Change, Transaction


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command changed (or would change), what it warns of, and the files in conflict."""

    changes: tuple[Change, ...]
    warnings: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


@dataclass(slots=True)
class Placing:
    """Collects what is to be written into a transaction, with the ledger to match."""

    transaction: Transaction
    force: bool = False
    conflicts: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    _ledger: Ledger = field(default_factory=Ledger)
    _edited: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._ledger = read_ledger(self.root)

    @property
    def root(self) -> Path:
        """The system's root."""
        return self.transaction.root

    def place(
        self, folder: str, files: Iterable[Produced], kind_of: Callable[[str], FileClass]
    ) -> frozenset[str]:
        """Place a template's files below `folder`; their paths from the root."""
        placers = {
            "rendered": self._rendered,
            "scaffolded": self._scaffolded,
            "merged": self._merged,
        }
        paths, entries = set(), {}
        for file in files:
            kind = kind_of(file.path)
            path = f"{folder}/{file.path}" if folder else file.path
            paths.add(path)
            if placers[kind](Produced(path, file.content, file.executable)):
                entries[path] = Entry(kind, disk.digest(file.content))
        self._ledger = self._ledger.with_entries(entries)
        return frozenset(paths)

    def leave_out(
        self, folder: str, files: Iterable[Produced], kind_of: Callable[[str], FileClass]
    ) -> None:
        """Files of a template that are not wanted: as if a person had removed them."""
        self._ledger = self._ledger.with_entries(
            {
                f"{folder}/{file.path}": Entry(kind_of(file.path), disk.digest(file.content))
                for file in files
            }
        )

    def rewrite(
        self, folder: str, files: Iterable[Produced], contents: Mapping[str, bytes]
    ) -> None:
        """Scaffolded files that are made otherwise now, with what a person made of each."""
        entries = {}
        for file in files:
            path = f"{folder}/{file.path}"
            self._write(Produced(path, contents[file.path], file.executable))
            entries[path] = Entry("scaffolded", disk.digest(file.content))
        self._ledger = self._ledger.with_entries(entries)

    def made_below(self, folder: str) -> frozenset[str]:
        """The paths of what mscli has made below `folder`."""
        return frozenset(self._ledger.below(folder))

    def drop(
        self, folder: str, gone: Iterable[str], classes: Classes, *, purge: bool
    ) -> tuple[str, ...]:
        """Files below `folder` that are made no longer: what is still ours goes, `purge` all.

        What databases have been through stays, or none of them could be migrated any more. The
        paths of what is the user's, and stays.
        """
        left = []
        made = self._ledger.below(folder)
        for path, entry in ((path, made[path]) for path in gone if path in made):
            inside = path.removeprefix(f"{folder}/")
            bound = entry.kind == "scaffolded" and classes.is_bound(inside)
            edited = disk.digest_at(self.root / path) not in (entry.sha256, None)
            ours = (entry.kind == "rendered" or bound) and not edited
            if ours or (purge and not classes.is_history(inside)):
                self.transaction.delete(path)
                self._forget(path)
            elif entry.kind != "merged":
                self._ledger = self._ledger.without([path])
                if bound:
                    self.warnings.append(f"{path} was changed: left, though what it is for is gone")
                elif os.path.lexists(self.root / path):
                    left.append(path)
        return tuple(left)

    def drop_rendered(self, owned: Iterable[str], keep: frozenset[str]) -> None:
        """Rendered files of a target, at the paths and in the folders `owned`, made no longer."""
        owned = tuple(owned)
        for path, entry in self._ledger.entries.items():
            if entry.kind != "rendered" or path in keep or not is_owned(path, owned):
                continue
            if disk.digest_at(self.root / path) in (entry.sha256, None):
                self.transaction.delete(path)
            else:
                self.warnings.append(f"{path} is rendered no longer, and was changed by hand: left")
            self._ledger = self._ledger.without([path])

    def forget_folder(self, folder: str) -> None:
        """Nothing has ever been made below `folder`, so that nothing there counts as removed."""
        self._ledger = self._ledger.without(self._ledger.below(folder))

    def drop_folder(self, folder: str, *, purge: bool) -> None:
        """A folder that is mscli's no longer; with `purge` it goes, whatever is in it."""
        if purge:
            self.transaction.delete(folder)
        self.transaction.delete(f"{PRISTINE}/{folder}")
        self.forget_folder(folder)

    def close(self, *, dry_run: bool) -> Outcome:
        """Write everything, or only say what would be written."""
        if self._edited and not self.force:
            names = ", ".join(sorted(self._edited))
            raise MscliError(
                f"changed by hand, though mscli renders it: {names}",
                "move your change to a file of yours, or overwrite it with --force",
            )
        if self._ledger.entries or (self.root / LEDGER).exists():
            self.transaction.write(self._ledger.file())
        changes = self.transaction.preview() if dry_run else self.transaction.commit()
        return Outcome(changes, tuple(self.warnings), tuple(sorted(self.conflicts)))

    def _rendered(self, file: Produced) -> bool:
        found = disk.digest_at(self.root / file.path)
        entry = self._ledger.entries.get(file.path)
        if found not in {disk.digest(file.content), entry.sha256 if entry else None, None}:
            self._edited.append(file.path)
        return self._write(file)

    def _scaffolded(self, file: Produced) -> bool:
        if file.path in self._ledger.entries:
            return False
        return os.path.lexists(self.root / file.path) or self._write(file)

    def _merged(self, file: Produced) -> bool:
        target, pristine = self.root / file.path, self.root / PRISTINE / file.path
        if target.is_file():
            yours = target.read_bytes()
            before = pristine.read_bytes() if pristine.is_file() else b""
            if not before and self._is_as_written(file.path, yours):
                before = yours  # of another class until now, and nobody has touched it
            merge = merged(file.path, yours, before, file.content)
            if merge.conflict:
                self.conflicts.append(file.path)
            self._write(Produced(file.path, merge.content, file.executable))
        elif file.path not in self._ledger.entries:
            self._write(file)
        self.transaction.write_bytes(f"{PRISTINE}/{file.path}", file.content)
        return True

    def _is_as_written(self, path: str, content: bytes) -> bool:
        entry = self._ledger.entries.get(path)
        return entry is not None and entry.sha256 == disk.digest(content)

    def _write(self, file: Produced) -> bool:
        self.transaction.write_bytes(file.path, file.content, executable=file.executable)
        return True

    def _forget(self, path: str) -> None:
        self.transaction.delete(f"{PRISTINE}/{path}")
        self._ledger = self._ledger.without([path])


def is_owned(path: str, owned: Iterable[str]) -> bool:
    """Whether a path is one of `owned`, or in one of its folders, which end with `/`."""
    return any(path == each or (each.endswith("/") and path.startswith(each)) for each in owned)
